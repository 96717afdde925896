const MOST_CHARACTERS = 1_000
/** What PostgreSQL's text cannot hold: NUL, and half a surrogate pair. */
const UNSTORABLE = /\0|\p{Surrogate}/gu

/** What may quote a vendor or the config, as a reason that every database stores: not too long, without what it refuses. */
export function tellable(text: string): string {
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text
  return cut.replace(UNSTORABLE, '\ufffd')
}
