// Hosts of this machine's own, in network namespaces (`ip`, from Debian's iproute2; needs root): what runs on one reaches
// the database and the vendors over a network of its own, and can be cut off from the database alone.
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Addresses that every host reaches: the database's, and the vendors'. */
const DATABASE = '10.201.0.1'
export const VENDORS = '10.201.0.2'

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })

export interface Host {
  /** What a command begins with that is to run there. */
  readonly prefix: readonly string[]
  /** Packets to the database are lost, as they are where a cable is pulled. */
  cutFromDatabase(): void
  mend(): void
}

export interface Network {
  /** The database's address, as hosts reach it. */
  readonly database: { readonly host: string; readonly port: number }
  readonly hosts: readonly Host[]
  close(): void
}

/** `count` hosts; `database`: where it listens on this machine. */
export async function openNetwork(count: number, database: { host: string; port: number }): Promise<Network> {
  const hosts = Array.from({ length: count }, (_, at) => `spenddown-${at + 1}`)
  const close = () => {
    relay()
    for (const [at, name] of hosts.entries())
      for (const args of [
        ['netns', 'del', name],
        ['link', 'del', `sd-host-${at + 1}`],
      ])
        attempt(() => ip(...args))
    for (const address of [DATABASE, VENDORS]) attempt(() => ip('addr', 'del', `${address}/32`, 'dev', 'lo'))
  }
  let relay = () => {}
  // Of a run that was killed.
  close()
  try {
    for (const address of [DATABASE, VENDORS]) ip('addr', 'add', `${address}/32`, 'dev', 'lo')
    relay = await relayTo(database)
    return { database: { host: DATABASE, port: database.port }, hosts: hosts.map(openHost), close }
  } catch (error) {
    close()
    throw error
  }
}

function openHost(name: string, at: number): Host {
  const [link, subnet] = [`sd-host-${at + 1}`, `10.201.${at + 1}`]
  const inside = (...args: string[]) => ip('-n', name, ...args)
  ip('netns', 'add', name)
  ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
  ip('addr', 'add', `${subnet}.1/30`, 'dev', link)
  ip('link', 'set', link, 'up')
  inside('addr', 'add', `${subnet}.2/30`, 'dev', 'eth0')
  for (const device of ['eth0', 'lo']) inside('link', 'set', device, 'up')
  inside('route', 'add', 'default', 'via', `${subnet}.1`)
  return {
    prefix: ['ip', 'netns', 'exec', name],
    cutFromDatabase: () => inside('route', 'add', 'blackhole', `${DATABASE}/32`),
    mend: () => attempt(() => inside('route', 'del', 'blackhole', `${DATABASE}/32`)),
  }
}

/** The database listens on 127.0.0.1 alone, which other hosts do not reach. */
async function relayTo({ host, port }: { host: string; port: number }): Promise<() => void> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const onward = connect(port, host)
    for (const each of [socket, onward]) sockets.add(each.on('close', () => sockets.delete(each)))
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const)
      one.pipe(other).on('error', () => one.destroy())
  })
  await once(server.listen(port, DATABASE), 'listening')
  return () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
}

function attempt(work: () => unknown): void {
  try {
    work()
  } catch {}
}
