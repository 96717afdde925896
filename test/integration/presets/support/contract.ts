import { describe, expect, onTestFinished, test } from 'vitest'
import type { RecordsOptions, RunOptions, SpenddownConfig, VendorOptions } from '../../../../src/index.ts'
import type { BehaviourChanges } from '../../../../src/simulator/behaviour.ts'
import type { DialectName } from '../../../../src/simulator/dialects/dialects.ts'
import type { Dialect } from '../../../../src/store/sql.ts'
import { farCycle } from '../../../support/far-cycle.ts'
import { outcomes, type Performed, perform, reasonOf } from '../../support/perform.ts'
import { booksOf, emailOf, idOf, type Stage, setStage } from '../../support/stage.ts'

/** What a preset promises, and the vendor that it is tried against. */
export interface Contract {
  readonly dialect: DialectName
  /** The preset with the key 'k'. */
  readonly preset: () => VendorOptions
  /** The key as the simulated vendor knows it. Default 'k'. */
  readonly apiKey?: string
  /** What leads the preset to the simulated vendor. Default its `baseUrl`. */
  readonly at?: (preset: VendorOptions, url: string) => Partial<VendorOptions>
  readonly update: RecordsOptions['update']
  /** Credits a match; the dialect says so too, by another reading of the vendor's documents. */
  readonly cost: number
  /** The vendor's lookup key of a person. Default: the e-mail address. */
  readonly keyOf?: (id: number) => string
  /** Why a record fails of which the vendor may not speak, where it says so. */
  readonly legal?: string
  /** Where the vendor says what is left. */
  readonly balance: 'endpoint' | 'replies' | 'nowhere'
}

/** A run by a preset, and what it is held against. */
export interface PresetStage extends Stage {
  go(changes?: Partial<VendorOptions>, what?: RunOptions): Promise<Performed>
  readonly presetConfig: SpenddownConfig
}

const CREDITS = 1_000
const JOB_MS = { min: 20, max: 60 }
/** No test waits for a published rate limit; the presets' own say which they know. */
const UNHURRIED: Partial<VendorOptions> = { limits: {} }

/** A table of people who have a profile each, and the simulator in the vendor's dialect. */
export async function presetStage(
  contract: Contract,
  people: number,
  behaviour: BehaviourChanges = {},
  database: Dialect = 'sqlite',
): Promise<PresetStage> {
  const vendor = {
    dialect: contract.dialect,
    apiKey: contract.apiKey ?? 'k',
    jobMs: JOB_MS,
    allotment: CREDITS,
    ...behaviour,
  }
  const stage = await setStage(database, { people, vendor })
  onTestFinished(() => stage.clear())
  await stage.execute(
    'ALTER TABLE people ADD COLUMN linkedin_url TEXT',
    "UPDATE people SET linkedin_url = 'https://www.linkedin.com/in/p' || id",
  )
  const presetConfig = configOf(contract, stage)
  return { ...stage, presetConfig, go: (changes, what) => perform(configOf(contract, stage, changes), what) }
}

function configOf(contract: Contract, stage: Stage, changes: Partial<VendorOptions> = {}): SpenddownConfig {
  const config = stage.config({ records: { update: contract.update } })
  const preset = unhurriedBy(contract.preset())
  const vendor: VendorOptions = {
    ...preset,
    baseUrl: stage.vendor.url,
    ...contract.at?.(preset, stage.vendor.url),
    ...UNHURRIED,
    ...changes,
  }
  // A vendor that may take hours over a job gets none in the last hours before a reset.
  return { ...config, vendor: { ...vendor, credits: { cycle: farCycle(), ...vendor.credits } } }
}

/** The preset's credits, without any way to hear of the balance: the run believes in a thousand. */
function deaf({ preset }: Contract): Partial<VendorOptions> {
  const { cost, charged } = preset().credits ?? {}
  return { credits: { ...(cost && { cost }), ...(charged && { charged }), allotment: CREDITS } }
}

/** In floating point 12 × 0.2 is not 2.4. */
const creditsFor = ({ cost }: Contract, matches: number) => Number((matches * cost).toFixed(6))
const keyIn = (contract: Contract, id: number) => (contract.keyOf ?? emailOf)(id)
/** Every preset's books must agree with the bill, to the credit. */
const balanced = (contract: Contract, refreshed: number) => {
  const credits = creditsFor(contract, refreshed)
  return { spent: credits, billed: credits, refreshed }
}
/** Where nothing tells the balance, a run needs its budget in figures. */
const budgeted = ({ balance }: Contract): RunOptions => (balance === 'nowhere' ? { budget: CREDITS } : {})

/** A test for those whom it concerns, and none at all for the others. */
const testIf = (concerned: boolean) => (concerned ? test : () => undefined)

/** The tests that every preset passes. */
export function contractTests(contract: Contract): void {
  describe('what is paid for', () => paidFor(contract))
  describe('errors', () => errors(contract))
}

function paidFor(contract: Contract): void {
  test("what its statuses mean stands beside the config's own `outcomes`, which a user adds", () => {
    expect(contract.preset().outcomes).toBeUndefined()
  })

  test('what was refreshed, missed and charged is what the bill says', async () => {
    const stage = await presetStage(contract, 45, { misses: (key) => idOf(key) % 10 === 3 })
    const { summary } = await stage.go({}, budgeted(contract))
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'all-refreshed' })
    expect(summary.records).toMatchObject({ refreshed: 40, notFound: 5, failed: 0, remaining: 0 })
    expect(booksOf(summary, stage)).toEqual(balanced(contract, 40))
    const rows = await stage.rows('SELECT id, job_title, company FROM people ORDER BY id')
    for (const { id, job_title, company } of rows) {
      const missed = Number(id) % 10 === 3
      expect([job_title === 'before', company === 'before']).toEqual([missed, missed])
      expect(job_title).toEqual(expect.any(String))
    }
    expect(new Set(rows.map(({ job_title }) => job_title)).size).toBeGreaterThan(5)
  })

  testIf(contract.balance !== 'nowhere')('the balance is read, and spent to the last credit', async () => {
    const stage = await presetStage(contract, 30, { allotment: creditsFor(contract, 12) })
    const { summary } = await stage.go()
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'budget-spent' })
    expect(booksOf(summary, stage)).toEqual(balanced(contract, 12))
    expect([summary.credits.balance, stage.vendor.account.remaining]).toEqual([0, 0])
    // Some have no endpoint for it, and tell it in the refusal of an empty lookup.
    const isAsked = stage.vendor.routes.some(({ does }) => does === 'account')
    expect(stage.vendor.stats.accountReads > 0).toBe(isAsked)
  })

  testIf(contract.balance === 'endpoint')('what others are to have is left to them', async () => {
    const stage = await presetStage(contract, 30, { allotment: creditsFor(contract, 12) })
    const { summary } = await stage.go({}, { reserve: creditsFor(contract, 2) })
    expect(booksOf(summary, stage)).toEqual(balanced(contract, 10))
  })

  testIf(contract.preset().headers !== undefined)('a key that is missing is told by its place', async () => {
    const stage = await presetStage(contract, 1)
    const headers = Object.fromEntries(Object.keys(contract.preset().headers ?? {}).map((name) => [name, undefined]))
    await expect(stage.go({ headers })).rejects.toMatchObject({
      problems: [expect.objectContaining({ path: expect.stringContaining('vendor.headers') })],
    })
  })
}

function errors(contract: Contract): void {
  test('out of credits ends the run, with what was paid for', async () => {
    const stage = await presetStage(contract, 40, { allotment: creditsFor(contract, 12) })
    const { summary } = await stage.go(deaf(contract), { budget: CREDITS })
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'credits-exhausted', records: { failed: 0 } })
    expect(summary.records.refreshed).toBeGreaterThan(0)
    expect(booksOf(summary, stage)).toEqual(balanced(contract, summary.records.refreshed))
  })

  test('a rate limit throttles, costs no attempt, and the run finishes', async () => {
    const stage = await presetStage(contract, 20, { faults: { error429: { next: 2 } } })
    const { summary } = await stage.go({ maxAttempts: 1 }, budgeted(contract))
    expect(summary).toMatchObject({ stopReason: 'all-refreshed', records: { refreshed: 20, failed: 0 } })
    expect(summary.calls.throttled).toBe(2)
    expect(booksOf(summary, stage)).toEqual(balanced(contract, 20))
  })

  test('a bad key stops the run with an error, and nothing is spent', async () => {
    const stage = await presetStage(contract, 20, { apiKey: 'another' })
    const { summary } = await stage.go(deaf(contract), { budget: creditsFor(contract, 20) })
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error', records: { failed: 0, remaining: 20 } })
    expect(summary.credits.spent).toBe(0)
  })

  testIf(contract.balance === 'endpoint')('a bad key is told before the run, where the balance is', async () => {
    const stage = await presetStage(contract, 1, { apiKey: 'another' })
    const problems = [expect.objectContaining({ path: 'vendor.headers' })]
    await expect(stage.go()).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED', problems })
    expect(stage.vendor.stats.calls).toBe(0)
  })

  test('bad input fails its record alone', async () => {
    const stage = await presetStage(contract, 20, { faults: { badRequest: { keys: [keyIn(contract, 13)] } } })
    const performed = await stage.go({}, budgeted(contract))
    expect(performed.summary.records).toMatchObject({ refreshed: 19, failed: 1 })
    expect(outcomes(performed)[13]).toBe('failed')
    expect(booksOf(performed.summary, stage)).toEqual(balanced(contract, 19))
  })

  test('a vendor that is down for a moment is asked again', async () => {
    const stage = await presetStage(contract, 20, { faults: { error503: { next: 1 }, error500: { next: 1 } } })
    const { summary } = await stage.go({}, budgeted(contract))
    expect(summary.records).toMatchObject({ refreshed: 20, failed: 0 })
  })

  testIf(contract.legal !== undefined)('a legal block gives up on its record alone', async () => {
    const stage = await presetStage(contract, 20, { faults: { legalBlock: { keys: [keyIn(contract, 13)] } } })
    const performed = await stage.go({}, budgeted(contract))
    expect(performed.summary).toMatchObject({ stopReason: 'all-refreshed', records: { refreshed: 19, failed: 1 } })
    expect(reasonOf(performed, 13)).toBe(contract.legal)
  })
}

/** A preset whose vendor may be asked for the balance as often as need be, as the simulator has no limit on that. */
function unhurriedBy(preset: VendorOptions): VendorOptions {
  if (preset.credits?.balance === undefined) return preset
  const { perMinute: _, ...balance } = preset.credits.balance
  return { ...preset, credits: { ...preset.credits, balance } }
}
