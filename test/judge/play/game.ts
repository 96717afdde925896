import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MYSQL_URL } from '../../support/databases/mysql-url.ts'
import { POSTGRES_URL } from '../../support/databases/postgres-url.ts'
import { ClientPackets } from '../database/client-packets.ts'
import { CommitProxy, type ProxyTarget } from '../database/commit-proxy.ts'
import { FrontendMessages } from '../database/frontend-messages.ts'
import type { JudgeDatabase, Row } from '../database/judge-database.ts'
import { MysqlDatabase } from '../database/mysql-database.ts'
import { PostgresqlDatabase } from '../database/postgresql-database.ts'
import { SqliteDatabase } from '../database/sqlite-database.ts'
import { HttpVendor } from '../vendor/http-vendor.ts'
import type { TableWorld, World } from '../world/world.ts'
import { Child } from './child.ts'
import { Clock } from './clock.ts'
import { configText } from './config-text.ts'
import type { Change, Incident } from './evidence.ts'
import { peopleOf } from './people.ts'
import { Stage } from './stage.ts'

/** No process needs longer, whatever it meets, but for the pauses that the vendor asks for. */
const PATIENCE_MS = 90_000

/** A world that is being played: its vendor, its database, its processes, and what was done to them. */
export class Game {
  readonly world: World
  readonly folder: string
  readonly vendor: HttpVendor
  readonly stage: Stage
  readonly children: Child[] = []
  readonly incidents: Incident[] = []
  readonly changes: Change[] = []
  readonly setBacks: { from: number; to: number }[] = []
  readonly balances = new Map<string, number>()
  readonly held = new Map<string, number>()
  readonly before: readonly Row[]
  readonly clock: Clock | null
  database!: JudgeDatabase
  proxy: CommitProxy | null = null

  constructor(world: World, folder: string) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'world.json'), `${JSON.stringify(world, null, 2)}\n`)
    this.world = world
    this.folder = folder
    this.before = peopleOf(world)
    this.clock = JSON.stringify(world.script).includes('"set-clock"') ? new Clock(folder) : null
    this.stage = new Stage(this)
    this.vendor = new HttpVendor(world, (moment, receipt) => this.stage.happened(moment, receipt).then(() => undefined))
  }

  async open(): Promise<void> {
    const baseUrl = await this.vendor.listen()
    this.database = await this.makeDatabase()
    await this.database.fill(this.before)
    writeFileSync(join(this.folder, 'spenddown.config.mjs'), configText(this.world, this.database.url, baseUrl))
  }

  /** Ends all of it, whatever state it is in. */
  async close(): Promise<void> {
    for (const child of this.children) child.kill()
    await Promise.all(this.children.map((child) => child.ended))
    await this.vendor.close()
    await this.proxy?.close()
    await this.database?.drop()
  }

  start(args: readonly string[]): Child {
    const child = new Child({
      name: `judge-process-${this.children.length + 1}`,
      args: [...args, ...(args.includes('--format') ? [] : ['--json'])],
      folder: this.folder,
      environment: this.clock?.environment ?? {},
    })
    this.children.push(child)
    child.ended.then(() => this.balances.set(child.name, this.vendor.bill.balance))
    return child
  }

  /** Starts a process that nothing is done to, and waits for its end. */
  async ask(args: readonly string[]): Promise<Child> {
    const child = this.start(args)
    await this.awaitEnd(child)
    return child
  }

  /** However long a process may take, it shows the vendor that it is at work. */
  async awaitEnd(child: Child): Promise<void> {
    const { table, vendor } = this.world
    const { throttle } = vendor.faults
    const pausesMs = ((table.records * throttle) / (1 - throttle)) * (vendor.retryAfterSeconds ?? 0) * 1_000
    await child.endWithin(PATIENCE_MS + pausesMs, () =>
      Math.max(this.vendor.bill.receipts.at(-1)?.at ?? 0, this.vendor.calls.downUntil, child.frozen.at(-1)?.to ?? 0),
    )
    this.held.set(child.name, await this.database.held())
  }

  note(act: Incident['act'], process: string): void {
    this.incidents.push({ at: Date.now(), process, act })
  }

  private async makeDatabase(): Promise<JudgeDatabase> {
    const { database, table } = this.world
    if (database === 'sqlite') return new SqliteDatabase(this.folder, table)
    const { target, make } = SERVERS[database]
    this.proxy = new CommitProxy(async (moment) => ((await this.stage.happened(moment, null)) ? 'cut' : 'pass'), target)
    return make(await this.proxy.listen(), table)
  }
}

const SERVERS = {
  postgresql: {
    target: targetOf(POSTGRES_URL, 5432, () => new FrontendMessages()),
    make: (port: number, table: TableWorld) => PostgresqlDatabase.create(port, table),
  },
  mysql: {
    target: targetOf(MYSQL_URL, 3306, () => new ClientPackets()),
    make: (port: number, table: TableWorld) => MysqlDatabase.create(port, table),
  },
}

function targetOf(url: string, usualPort: number, reader: ProxyTarget['reader']): ProxyTarget {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port || usualPort), reader }
}
