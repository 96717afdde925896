import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { typeProblems } from '../../../test/support/type-problems.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

const HEAD = `import { type AnyConfig, defineConfig, type SpenddownConfig } from 'spenddown'
import { hunter, peopleDataLabs } from 'spenddown/presets'
interface Person { id: number; email: string; country: string | null; job_title: string | null; refreshed_at: Date | null }
`

/** Every form that names a column. */
const RECORDS = `
    table: 'people',
    key: 'id',
    refreshedAt: 'refreshed_at',
    dedupeBy: ['email', 'country'],
    eligible: { email: { not: null }, OR: [{ country: 'US' }, { NOT: { country: { in: ['CA', 'MX'] } } }] },
    update: { job_title: 'job.title', country: (data, record) => data.country ?? record.country },
    import: { key: ['email'], columns: { email: 'mail', country: (line) => line.address.country } },`
const JOBS = `{
    one: { where: { AND: { country: 'US', email: { endsWith: '.com' } } }, orderBy: [{ refreshed_at: 'asc' }, { id: 'desc' }] },
    two: { orderBy: 'gain', gain: { groups: ['country'], columns: ['job_title'], weight: 'id' } },
    three: { orderBy: 'gain', gain: { weight: [{ where: { country: 'US' }, is: 5 }] } },
  }`

/** A vendor with every function that a config may have, without a type written on any. */
const VENDOR = `{
    name: 'acme',
    baseUrl: 'https://api.acme.example',
    single: {
      request: (record) => ({ path: '/one', query: { email: record.email } }),
      data: (body) => body.data.person,
      belongsTo: (record, data) => data.work.email === record.email,
    },
    bulk: {
      maxRecords: 10,
      request: (records) => ({ method: 'POST', path: '/bulk', json: records.map((record) => record.email) }),
      results: (body, records) => records.map((_, i) => ({ status: body[i].status, data: body.items[i].data })),
      key: (record, at) => record.email + at,
      belongsTo: (record, data) => data.work.email === record.email,
    },
    async: {
      id: (body, reply) => (reply.status === 202 ? body.job.id : null),
      poll: (id) => ({ path: '/jobs/' + id }),
      state: (body, reply) => (reply.status === 200 && body.job.done ? 'done' : 'running'),
      fetch: (id, body) => ({ url: body.job.files[id] }),
    },
    outcome: (reply) => (reply.body.error.code === 'E1' ? 'not-found' : undefined),
    credits: {
      cost: { per: 'match', credits: (record, data) => (record.email === data.work.email ? 2 : 1), most: 2 },
      charged: (reply) => reply.headers['x-charged'],
      remaining: (reply) => reply.body.credits.left,
      balance: {
        path: '/account',
        remaining: (body, reply) => body.credits.left ?? reply.headers['x-left'],
        asOf: (body, reply) => body.at ?? reply.headers.date,
        purchased: (body, reply) => body.top.up ?? reply.headers['x-top-up'],
      },
      cycle: { resetsAt: (body) => body.period.end },
    },
  }`

interface Parts {
  readonly type?: string
  readonly vendor?: string
  readonly records?: string
  readonly jobs?: string
}

function config({ type = '<Person>', vendor = VENDOR, records = RECORDS, jobs = JOBS }: Parts = {}): string {
  return `${HEAD}
export default defineConfig${type}({
  database: { url: process.env.DATABASE_URL },
  vendor: ${vendor},
  records: {${records}
  },
  jobs: ${jobs},
})
`
}

/** A config of several accounts; `read` in place of a list. */
function accounts({ type = '', list = "[{ name: 'one', apiKey: 'k', tenantId: 7 }]", vendor = '', records = '' } = {}) {
  return `${HEAD}
export default defineConfig${type}({
  database: { url: process.env.DATABASE_URL },
  accounts: ${list},
  vendor: ${vendor || '(account) => peopleDataLabs({ apiKey: account.apiKey })'},
  records: ${records || `(account) => ({ table: 'people', key: 'id', eligible: { id: account.tenantId }, update: { job_title: 'job.title' } })`},
  jobs: { 'month-end': { schedule: { beforeReset: '12h' } } },
  fleet: { accountsAtOnce: 5 },
})
`
}

const READ = `async ({ query }) => query<{ name: string; apiKey: string; tenantId: number }>('select 1')`

const SOUND: Readonly<Record<string, string>> = {
  'accounts, a list': accounts(),
  'accounts, a function': accounts({ list: READ }),
  'accounts, a function without a type': accounts({ list: `async ({ query }) => query('select 1')` }),
  'accounts, and the same records for all': accounts({ records: `{ table: 'people', key: 'id', update: {} }` }),
  'accounts in a config with a type': accounts({ type: '<Person>' }),
  typed: config(),
  free: config({ type: '' }),
  'free, with columns that no type has': config({
    type: '',
    vendor: 'hunter()',
    records: RECORDS.replaceAll('country', 'land'),
  }),
  'free, with functions that say themselves what they read': config({
    type: '',
    vendor: `{ name: 'acme', baseUrl: 'https://acme.example', single: { request: (record: { email: string }) => ({ path: record.email }) } }`,
    records: RECORDS.replace('record.country', 'record.email'),
  }),
  'a preset in a config with a type': config({ vendor: 'hunter()' }),
  'a preset with a type of its own': config({ vendor: 'hunter<Person>()' }),
  'a preset with a type in a config without': config({ type: '', vendor: 'hunter<Person>()' }),
  'a preset of which more is said': config({
    vendor: `{ ...peopleDataLabs<Person>({ identify: ({ email }) => ({ email }) }), outcome: (reply) => reply.body.no.more }`,
  }),
  'a table of several names for a record': `${HEAD}
const where = { country: 'US' }
export const job: NonNullable<SpenddownConfig<Person>['jobs']> = { a: { where }, b: { where: { AND: [where, where] } } }
`,
  'any config': `${config().replace('export default', 'const one =')}export const all: AnyConfig[] = [one]\n`,
}

const MISSPELT: Readonly<Record<string, string>> = {
  'a property of an account': accounts({ vendor: '(account) => peopleDataLabs({ apiKey: account.apikey })' }),
  'a property of an account that was read': accounts({
    list: READ,
    vendor: '(account) => peopleDataLabs({ apiKey: account.apikey })',
  }),
  'a column, in a config of accounts': accounts({
    type: '<Person>',
    vendor: 'hunter()',
    records: `{ table: 'people', key: 'idd', update: {} }`,
  }),
  key: config({ records: RECORDS.replace(`key: 'id'`, `key: 'idd'`) }),
  refreshedAt: config({ records: RECORDS.replace(`'refreshed_at'`, `'refreshed'`) }),
  dedupeBy: config({ records: RECORDS.replace(`['email', 'country']`, `['email', 'contry']`) }),
  eligible: config({ records: RECORDS.replace('email: { not', 'emial: { not') }),
  'eligible, deeper': config({ records: RECORDS.replace('NOT: { country', 'NOT: { contry') }),
  update: config({ records: RECORDS.replace(`job_title: 'job.title'`, `job_titel: 'job.title'`) }),
  'import.key': config({ records: RECORDS.replace(`key: ['email']`, `key: ['emial']`) }),
  'import.columns': config({ records: RECORDS.replace(`email: 'mail'`, `emial: 'mail'`) }),
  where: config({ jobs: JOBS.replace('email:', 'emial:') }),
  orderBy: config({ jobs: JOBS.replace('{ refreshed_at:', '{ refreshed:') }),
  'gain.groups': config({ jobs: JOBS.replace(`groups: ['country']`, `groups: ['contry']`) }),
  'gain.columns': config({ jobs: JOBS.replace(`['job_title']`, `['job_titel']`) }),
  'gain.weight': config({ jobs: JOBS.replace(`weight: 'id'`, `weight: 'idd'`) }),
  'gain.weight, a condition': config({
    jobs: JOBS.replace(`where: { country: 'US' }, is`, `where: { contry: 'US' }, is`),
  }),
  'a preset beside it': config({ vendor: 'hunter<Person>()', records: RECORDS.replace(`key: 'id'`, `key: 'idd'`) }),
}

test('a misspelt column is one problem, and a sound config none, without a type on any function', {
  timeout: 120_000,
}, () => {
  const all = Object.entries({ ...SOUND, ...MISSPELT })
  const fileOf = (name: string) => `${root}src/${name}.config.ts`
  const paths = {
    spenddown: [`${root}src/config/options/spenddown-config.ts`],
    'spenddown/presets': [`${root}src/presets.ts`],
  }
  const problems = typeProblems(new Map(all.map(([name, text]) => [fileOf(name), text])), {
    allowImportingTsExtensions: true,
    paths,
  })
  const of = (name: string) => problems.filter((problem) => problem.startsWith(`${fileOf(name)}:`))
  for (const name of Object.keys(SOUND)) expect(of(name), name).toEqual([])
  for (const [name, text] of Object.entries(MISSPELT)) {
    expect(of(name), name).toHaveLength(1)
    expect(text, name).not.toBe(config())
  }
  expect(problems).toHaveLength(Object.keys(MISSPELT).length)
})
