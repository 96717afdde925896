import type { Mapped } from '../ports/vendor.ts'

/** A path that has found nothing in so many fresh replies is probably mistyped. */
const REPLIES = 50

/** Watches for paths of `update` that never find anything in the vendor's data. */
export class SilentPaths {
  readonly #warnings: { add(warning: string): void }
  #replies = 0
  /** Those that have found nothing until now; null: no reply has come. */
  #silent: ReadonlySet<string> | null = null

  constructor(warnings: { add(warning: string): void }) {
    this.#warnings = warnings
  }

  /** Fresh data has been mapped; data that was rejected before its paths were read does not count. */
  saw(mapped: Mapped): void {
    const { missing = mapped.kind === 'values' ? [] : null } = mapped
    if (missing === null || this.#replies >= REPLIES) return
    const silent = this.#silent
    this.#silent = silent === null ? new Set(missing) : new Set(missing.filter((path) => silent.has(path)))
    this.#replies += 1
    if (this.#replies < REPLIES) return
    for (const path of this.#silent) {
      this.#warnings.add(
        `${path} has found nothing in ${REPLIES} fresh replies: see what a reply holds with \`spenddown try\``,
      )
    }
  }
}
