import type { AddressInfo } from 'node:net'
import { createServer, connect as dial, type Socket } from 'node:net'

/** Stands between a process and PostgreSQL, and loses answers to COMMIT: the transaction is in, and nobody is told. */
export interface LossyPostgres {
  /** The database's URL, through it. */
  readonly url: string
  /** How many answers were lost. */
  readonly lost: number
  close(): Promise<void>
}

/** Of the transactions whose text says so, the answers of the first `times` are lost, with their connections. */
export async function loseAnswers(url: string, isOne: (text: string) => boolean, times = 1): Promise<LossyPostgres> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let lost = 0
  const server = createServer((client) => {
    const database = dial(Number(target.port || 5432), target.hostname)
    let text = ''
    let losing = false
    const end = () => {
      client.destroy()
      database.destroy()
    }
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.on('error', end).on('close', end)
    }
    client.on('data', (chunk) => {
      const said = chunk.toString('latin1')
      text = /\bBEGIN\b/.test(said) ? said : text + said
      if (/\bCOMMIT\b/.test(said) && lost < times && isOne(text)) {
        losing = true
        lost += 1
      }
      database.write(chunk)
    })
    database.on('data', (chunk) => (losing ? end() : client.write(chunk)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    get lost() {
      return lost
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
