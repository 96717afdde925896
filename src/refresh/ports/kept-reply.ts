/** A paid reply as kept for a replay: everything needed to read it again as the run did. */
export interface KeptReply {
  /** When it arrived, and until when it is kept; epoch milliseconds. */
  readonly at: number
  readonly until: number
  readonly status: number
  /** Whether it was requested by `vendor.single` or `vendor.bulk`. */
  readonly via: 'single' | 'bulk'
  /** JSON of its headers except those about transport, with secrets redacted (see domain/secrets/sealed-text.ts). */
  readonly headers: string
  /** Its body as received, with secrets redacted. */
  readonly text: string
  /** The result of `bulk.key` for each record of the call, in order; null without a `bulk.key`. */
  readonly partKeys: readonly string[] | null
}
