/** How many secrets obtained at run time are kept: older tokens have been replaced and no longer appear. */
const MOST_OBTAINED = 20
/** Shorter secrets are not redacted: they protect nothing, and would redact much ordinary text. */
const SHORTEST = 4

/** Texts that must never be printed: those in the config, and those obtained at run time, such as access tokens. */
export class Secrets {
  /** A new array whenever a secret is added, so that users can detect a change by identity. */
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

/** The forms in which secrets may appear in a text: plain and JSON-escaped. Longest first, so that no part of one remains. */
export function secretForms(secrets: readonly string[]): string[] {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
  return [...new Set(forms)]
}
