/** A paid reply as it is kept for a replay: everything that it takes to read it again as the run did. */
export interface KeptReply {
  /** When it came, and until when it is kept; epoch milliseconds. */
  readonly at: number
  readonly until: number
  readonly status: number
  /** Which of the config's two ways it was asked for. */
  readonly via: 'single' | 'bulk'
  /** JSON of its headers but for those that only say how it travelled; sealed (see domain/sealed-text.ts). */
  readonly headers: string
  /** Its body as it came; sealed. */
  readonly text: string
  /** What `bulk.key` made of each record of the call, in its order; null where the config names none. */
  readonly partKeys: readonly string[] | null
}
