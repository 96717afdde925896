const HEAD = 4
const QUERY = 3
const PREPARE = 22
const COMMIT = /^\s*commit\b/i

/** Reads what a client of MySQL's protocol sends, packet by packet, however it is cut into chunks. */
export class ClientPackets {
  private rest: Buffer = Buffer.alloc(0)

  /** Whether a COMMIT ends in this chunk. */
  hasCommit(chunk: Buffer): boolean {
    this.rest = Buffer.concat([this.rest, chunk])
    let found = false
    for (let packet = this.next(); packet !== null; packet = this.next()) {
      if (isCommit(packet)) found = true
    }
    return found
  }

  private next(): Buffer | null {
    if (this.rest.length < HEAD) return null
    const size = HEAD + this.rest.readUIntLE(0, 3)
    if (this.rest.length < size) return null
    const packet = this.rest.subarray(0, size)
    this.rest = this.rest.subarray(size)
    return packet
  }
}

/** A command is the first packet of an exchange (number 0): what the client says of itself is not, nor the rest of a long one. */
function isCommit(packet: Buffer): boolean {
  const [number, command] = [packet[3], packet[HEAD]]
  if (number !== 0 || (command !== QUERY && command !== PREPARE)) return false
  return COMMIT.test(packet.subarray(HEAD + 1, HEAD + 1 + 100).toString('latin1'))
}
