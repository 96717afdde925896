/** How many secrets obtained at run time are kept: an older token has been replaced, and nobody repeats it. */
const MOST_OBTAINED = 20
/** What is shorter hides nothing worth hiding, and would black out half of every text. */
const SHORTEST = 4

/** Texts that must never be printed: those in the config, and those obtained at run time, such as access tokens. */
export class Secrets {
  /** A new list whenever a secret was added, so that whoever builds upon it sees that it has changed. */
  all: readonly string[]
  readonly #configured: readonly string[]

  constructor(configured: readonly string[]) {
    this.#configured = configured
    this.all = configured
  }

  add(obtained: string): void {
    const others = this.all.slice(this.#configured.length).filter((secret) => secret !== obtained)
    this.all = [...this.#configured, ...others.slice(1 - MOST_OBTAINED), obtained]
  }
}

/** A secret as it may stand in a text: as it is, and as JSON writes it. Longer ones first, so that no part of one stays. */
export function secretForms(secrets: readonly string[]): string[] {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
  return [...new Set(forms)]
}
