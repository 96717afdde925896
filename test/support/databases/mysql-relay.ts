import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { MYSQL_URL } from './mysql-url.ts'

const HEAD = 4

/** Words of a statement, and what the server gets in their place; null: the connection breaks. */
export type Rewriting = readonly (readonly [said: string | RegExp, heard: string | null])[]

export interface MysqlRelay {
  /** The same database, through the relay. */
  through(url: string): string
  close(): Promise<void>
}

/** Stands before the server, and rewrites statements: so a server of another version or setting can be had, or a proxy. */
export async function startMysqlRelay(rewriting: Rewriting): Promise<MysqlRelay> {
  const { hostname, port } = new URL(MYSQL_URL)
  const open = new Set<Socket>()
  const relay = createServer((client) => {
    const server = connect(Number(port || 3306), hostname)
    for (const socket of [client, server]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        client.destroy()
        server.destroy()
      })
    }
    let rest: Buffer = Buffer.alloc(0)
    client.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      for (let size = sizeOf(rest); size !== null; size = sizeOf(rest)) {
        const packet = rewritten(rest.subarray(0, size), rewriting)
        if (packet === null) return void client.destroy()
        server.write(packet)
        rest = rest.subarray(size)
      }
    })
    server.pipe(client)
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const at = (relay.address() as AddressInfo).port
  return {
    through: (url) => Object.assign(new URL(url), { host: `127.0.0.1:${at}` }).href,
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => relay.close(resolve))
    },
  }
}

/** Of the first packet: three bytes of length, its number, and what it says; null while it has not come as a whole. */
function sizeOf(bytes: Buffer): number | null {
  const size = bytes.length < HEAD ? null : HEAD + bytes.readUIntLE(0, 3)
  return size === null || bytes.length < size ? null : size
}

/** Only the first packet of an exchange, number 0, is a statement. */
function rewritten(packet: Buffer, rewriting: Rewriting): Buffer | null {
  if (packet[3] !== 0) return packet
  const text = packet.subarray(HEAD).toString('latin1')
  let heard = text
  for (const [said, instead] of rewriting) {
    if (instead === null && text.search(said) >= 0) return null
    heard = heard.replace(said, instead ?? '')
  }
  if (heard === text) return packet
  const head = Buffer.from(packet.subarray(0, HEAD))
  head.writeUIntLE(heard.length, 0, 3)
  return Buffer.concat([head, Buffer.from(heard, 'latin1')])
}
