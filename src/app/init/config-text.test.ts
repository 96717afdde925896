import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { typeProblems } from '../../../test/support/type-problems.ts'
import { KNOWN_PRESETS } from '../../presets/known-presets.ts'
import { configText, type Draft, type DraftVendor } from './config-text.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Names that must be quoted wherever they stand. */
const ODD = `the "person's" \\ mail\n`

function draft(vendor: DraftVendor, changes: Partial<Draft> = {}): Draft {
  return {
    table: '"My.Table"',
    key: 'id',
    refreshedAt: 'refreshed_at',
    addStamp: 'ALTER TABLE "two\nlines" …;',
    vendor,
    lookup: Object.entries(vendor.preset?.reads ?? { email: 'email' }).map(([column, part]) => ({ part, column })),
    identifies: false,
    update: { job_title: 'job.title', [ODD]: 'x' },
    rest: ['note', ODD, 'full_name'],
    ...changes,
  }
}

const plain = {
  preset: null,
  baseUrl: 'https://api.acme.example/v2',
  path: "/v1/it's",
  keyHeader: 'x-api-key',
} as const
const own = Object.entries({
  header: draft(plain),
  bearer: draft({ ...plain, keyHeader: 'Authorization' }, { refreshedAt: null }),
  keyless: draft({ ...plain, keyHeader: null }, { lookup: [{ part: 'e-mail', column: ODD }] }),
})
const presets = KNOWN_PRESETS.flatMap((preset): [string, Draft][] => [
  [preset.name, draft({ preset, baseUrl: null })],
  [`${preset.name}-elsewhere`, draft({ preset, baseUrl: 'http://127.0.0.1:4010' }, { identifies: true })],
])
const texts = new Map([...own, ...presets].map(([name, each]) => [`${root}src/${name}.config.ts`, configText(each)]))

test('every config that it writes has the right types', { timeout: 120_000 }, () => {
  const paths = {
    spenddown: [`${root}src/config/options/spenddown-config.ts`],
    'spenddown/presets': [`${root}src/presets.ts`],
  }
  expect(typeProblems(texts, { allowImportingTsExtensions: true, paths })).toEqual([])
})

test('odd names are quoted, and none breaks out of its comment', () => {
  const text = configText(draft(plain, { refreshedAt: null, lookup: [{ part: 'email', column: ODD }] }))
  const quoted = `'the "person\\'s" \\\\ mail\\n'`
  expect(text).toContain(`table: '"My.Table"',`)
  expect(text).toContain(`query: { email: record[${quoted}] }`)
  expect(text).toContain(`eligible: { ${quoted}: { not: null } },`)
  expect(text).toContain(`      // ${quoted}: '…',`)
  expect(text).toContain('"two\\u000alines"')
})

test('where nothing tells what is left, the job has a budget in figures', () => {
  const blind = [...own, ...presets].filter(([, each]) => configText(each).includes("'month-end': { budget: 100 }"))
  expect(blind.map(([name]) => name)).toEqual(['header', 'bearer', 'keyless'])
})

test('two columns that are one part stand for each other', () => {
  const preset = KNOWN_PRESETS.find(({ name }) => name === 'coresignal')
  if (preset === undefined) throw new Error('there is one')
  const text = configText(draft({ preset, baseUrl: null }, { identifies: true }))
  expect(text).toContain('identify: (record) => ({ id: record.coresignal_id ?? record.linkedin_url }),')
})
