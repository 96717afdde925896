const LENGTH = 4
const QUERY = 'Q'.charCodeAt(0)
const PARSE = 'P'.charCodeAt(0)
const COMMIT = /(^|\0)\s*commit\b/i

/** Reads what a PostgreSQL client sends, message by message, however it is cut into chunks. */
export class FrontendMessages {
  private rest: Buffer = Buffer.alloc(0)
  private started = false

  /** Whether a COMMIT ends in this chunk. */
  hasCommit(chunk: Buffer): boolean {
    this.rest = Buffer.concat([this.rest, chunk])
    let found = false
    for (let message = this.next(); message !== null; message = this.next()) {
      if (isCommit(message)) found = true
    }
    return found
  }

  private next(): Buffer | null {
    // The first message has no type before its length.
    const head = this.started ? 1 : 0
    if (this.rest.length < head + LENGTH) return null
    const size = head + this.rest.readUInt32BE(head)
    if (this.rest.length < size) return null
    const message = this.rest.subarray(0, size)
    this.rest = this.rest.subarray(size)
    if (this.started) return message
    this.started = true
    return this.next()
  }
}

function isCommit(message: Buffer): boolean {
  if (message[0] !== QUERY && message[0] !== PARSE) return false
  return COMMIT.test(message.subarray(1 + LENGTH).toString('latin1'))
}
