/** If no request could be made for the first this many records, the config is at fault and the run stops. */
export const UNSENDABLE_RECORDS = 50

/** Counts records for which the config gives no sendable request, until the run has sent its first call. */
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

  /** Counts one record. Returns why the run must stop, or null. */
  record(problem: string): string | null {
    this.#records += 1
    if (this.#sent || this.#records < UNSENDABLE_RECORDS) return null
    return `nothing could be sent for any of the first ${this.#records} records. The last: ${problem}`
  }
}
