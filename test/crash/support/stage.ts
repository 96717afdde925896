import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type SimulatedVendor, startVendor, type VendorOptions } from '../../../src/simulator/vendor.ts'
import { jsonRows } from '../../../src/store/json-rows.ts'
import { type Dialect, raw, sql } from '../../../src/store/sql.ts'
import { openDatabase, type TestDatabase } from '../../support/databases/databases.ts'
import { INSTANT, instantLiteral } from '../../support/databases/of-database.ts'
import type { Place } from './processes.ts'

/** What a crash test varies. Amounts in credits. */
export interface Scene {
  readonly dialect: Dialect
  /** The vendor honours idempotency keys, and the config uses them. */
  readonly keys: boolean
  readonly cost: { readonly per: 'match' | 'call'; readonly credits: number }
  /** Records a call; 1: single lookups. */
  readonly perCall: number
  /** The vendor takes calls as jobs, which are polled. */
  readonly jobs: boolean
  /** Jobs are asked after together. */
  readonly together: boolean
  readonly people: number
  readonly credits: number
  readonly budget: number | 'remaining'
  readonly reserve: number
  readonly maxConcurrent: number
  readonly timeoutMs: number
  readonly lease: string
  readonly unavailableFor: string
  /** The vendor is described by a preset, and speaks as that vendor does. */
  readonly preset?: 'fullenrich' | 'zoominfo' | 'people-data-labs' | 'rocketreach'
  /** The vendor serves what it has charged for again for nothing, without saying so: in doubt the ledger takes it for paid. */
  readonly silentRepeats?: boolean
  /** How long paid replies are kept; without it, not at all. */
  readonly keepReplies?: string
  /** The config's mapping: as it should be, or useless for every third person and wrong for the rest. */
  readonly mapping?: 'wrong'
  /** The account is reset so long after its balance is first asked for, ms; null: at some other time. See `resetOf`. */
  readonly resetInMs: number | null
  /** How long before it the job is due; null: it has no schedule. */
  readonly scheduled: string | null
  /** The month end takes the records first of which a credit gains most. */
  readonly byGain?: boolean
  /** The process dies of this person's reply. */
  readonly deadly?: string
  readonly vendor: VendorOptions
}

export const SCENE: Scene = {
  dialect: 'sqlite',
  keys: false,
  cost: { per: 'match', credits: 1 },
  perCall: 1,
  jobs: false,
  together: false,
  people: 400,
  credits: 300,
  budget: 'remaining',
  reserve: 25,
  maxConcurrent: 8,
  timeoutMs: 1_000,
  lease: '60s',
  unavailableFor: '10m',
  resetInMs: null,
  scheduled: null,
  vendor: { latencyMs: { min: 5, max: 30 } },
}

/** A vendor, a database full of people, and a folder to work in: what stays when processes are killed. */
export interface Stage {
  readonly scene: Scene
  readonly vendor: SimulatedVendor
  readonly database: TestDatabase
  readonly place: Place
  /** Before the first process, ms since the epoch. */
  readonly beganAt: number
  clear(): Promise<void>
}

/** `open`: a database of its own. */
export async function setStage(changes: Partial<Scene>, open = openDatabase): Promise<Stage> {
  const scene = { ...SCENE, ...changes }
  const database = await open(scene.dialect)
  await makePeople(database, scene.people)
  const { keys, cost, credits } = scene
  const terms = { cost, idempotency: keys, allotment: credits }
  const vendor = await startVendor({ ...SCENE.vendor, ...scene.vendor, ...terms })
  const cwd = mkdtempSync(join(tmpdir(), 'spenddown-crash-'))
  const clear = async () => {
    await vendor.close()
    await database.drop()
    rmSync(cwd, { recursive: true, force: true })
  }
  const given = { ...scene, vendor: undefined, databaseUrl: database.url, vendorUrl: vendor.url }
  return {
    scene,
    vendor,
    database,
    place: { cwd, env: { SPENDDOWN_CASE: JSON.stringify(given) } },
    beganAt: Date.now(),
    clear,
  }
}

/** Waits until a process has asked for the balance, and has the vendor reset the account when it was told so. */
export async function resetOf({ place, vendor }: Stage): Promise<number> {
  for (;;) {
    const at = existsSync(join(place.cwd, 'reset-at')) ? Number(readFileSync(join(place.cwd, 'reset-at'), 'utf8')) : 0
    if (at > 0) {
      vendor.behave({ resetAt: at })
      return at
    }
    await sleep(2)
  }
}

export function emailOf(id: number): string {
  return `person-${id}@example.com`
}

async function makePeople({ connection, dialect }: TestDatabase, people: number): Promise<void> {
  const instant = INSTANT[dialect]
  const columns = `id INTEGER PRIMARY KEY, email TEXT, job_title TEXT, echo TEXT, refreshed_at ${instant}`
  await connection.client.$executeRaw(raw(`CREATE TABLE people (${columns})`))
  const rows = Array.from({ length: people }, (_, at) => {
    const age = 86_400_000 * (1 + ((at * 7919) % 730))
    return [
      at + 1,
      emailOf(at + 1),
      at % 7 === 0 ? null : instantLiteral(dialect, new Date(Date.now() - age).toISOString()),
    ]
  })
  const batch = jsonRows(dialect, rows, { id: 'bigint', email: 'text', refreshed_at: 'text' })
  const value = raw(dialect === 'postgresql' ? 'v.refreshed_at::timestamptz' : 'v.refreshed_at')
  await connection.client.$executeRaw(
    sql`INSERT INTO people (id, email, job_title, refreshed_at) SELECT v.id, v.email, 'before', ${value} FROM (${batch}) AS v`,
  )
}
