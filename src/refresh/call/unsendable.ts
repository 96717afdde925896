/** Where nothing could be sent for so many records, and nothing was sent at all, it is not the records. */
export const UNSENDABLE_RECORDS = 50

/** Counts the records for which the config made no request that can be sent, until the run has sent its first call. */
export class Unsendable {
  #records = 0
  #sent: boolean

  /** `sent`: the run has sent calls before. */
  constructor(sent: boolean) {
    this.#sent = sent
  }

  sent(): void {
    this.#sent = true
  }

  /** One more. Returns why the run should stop, or null. */
  record(problem: string): string | null {
    this.#records += 1
    if (this.#sent || this.#records < UNSENDABLE_RECORDS) return null
    return `nothing could be sent for any of the first ${this.#records} records. The last: ${problem}`
  }
}
