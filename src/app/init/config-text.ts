import { escapedText } from '../../domain/words/escaped-text.ts'
import type { KnownPreset } from '../../presets/known-presets.ts'
import { type Lookup, updatePath } from './proposals.ts'

export interface Draft {
  readonly table: string
  readonly key: string
  readonly refreshedAt: string | null
  /** What adds a column for `refreshedAt`. */
  readonly addStamp: string
  readonly vendor: DraftVendor
  /** At least one. */
  readonly lookup: readonly Lookup[]
  /** Whether the preset by default looks people up in another way. */
  readonly identifies: boolean
  /** Column to path; at least one. */
  readonly update: Readonly<Record<string, string>>
  /** Other columns that could be refreshed. */
  readonly rest: readonly string[]
}

export type DraftVendor =
  | { readonly preset: KnownPreset; readonly baseUrl: string | null }
  | { readonly preset: null; readonly baseUrl: string; readonly path: string; readonly keyHeader: string | null }

/** The variable that holds the key of a vendor without a preset. */
export const VENDOR_KEY = 'VENDOR_API_KEY'
/** The most columns to name in comments. */
const MOST_NAMED = 30

/** The source of the config, TypeScript and JavaScript alike. */
export function configText(draft: Draft): string {
  const { vendor } = draft
  const { preset } = vendor
  const presets = preset === null ? [] : [`import { ${preset.exported} } from 'spenddown/presets'`]
  const isBlind = preset === null
  const budget = '// credits a run: nothing says what is left until `credits` has a balance or an allotment'
  const lines = [
    "import { defineConfig } from 'spenddown'",
    ...presets,
    '',
    '// All options: docs/config.md in the package.',
    'export default defineConfig({',
    '  database: { url: process.env.DATABASE_URL },',
    ...(vendor.preset === null ? plainVendor(vendor, draft.lookup) : presetVendor(vendor, draft)),
    ...records(draft),
    ...(isBlind
      ? ['  jobs: {', `    'month-end': { budget: 100 }, ${budget}`, '  },']
      : ["  jobs: { 'month-end': {} },"]),
    '})',
    '',
  ]
  return lines.join('\n')
}

function presetVendor(
  { preset, baseUrl }: DraftVendor & { preset: KnownPreset },
  { lookup, identifies }: Draft,
): string[] {
  const options = [
    ...(identifies ? [`identify: (record) => (${identityOf(lookup)}),`] : []),
    "// limits: { perMinute: 100 }, // your contract's, where they differ",
    '// credits: { allotment: 10_000, cycle: { anchorDay: 1 } }, // credits a month, and the day of the reset',
  ]
  const indented = (by: string) => options.map((line) => `${by}${line}`)
  const also = preset.clientId === undefined ? '' : `, with ${preset.clientId},`
  const key = `// docs/vendors/${preset.name}.md; the key is ${preset.apiKey}${also} in .env`
  if (baseUrl === null) return [`  ${key}`, `  vendor: ${preset.exported}({`, ...indented('    '), '  }),']
  const called = [`    ...${preset.exported}({`, ...indented('      '), '    }),']
  return [`  ${key}`, '  vendor: {', ...called, `    baseUrl: ${literal(baseUrl)},`, '  },']
}

function plainVendor(
  { baseUrl, path, keyHeader }: DraftVendor & { preset: null },
  lookup: readonly Lookup[],
): string[] {
  const name = new URL(baseUrl).hostname.replace(/^(api|www)\./, '').replace(/[^a-z0-9._-]/gi, '')
  return [
    '  // docs/vendor.md; `spenddown try` shows a whole call and its reply.',
    '  vendor: {',
    `    name: ${literal(name)}, // the ledger's key: do not change it later`,
    `    baseUrl: ${literal(baseUrl)},`,
    `    ${credentials(keyHeader)}`,
    '    single: {',
    `      request: (record) => ({ path: ${literal(path)}, query: ${identityOf(lookup)} }),`,
    '      // data: (body) => body.data, // where a reply has the person, if not at its top',
    '    },',
    '    credits: {',
    "      cost: { per: 'match', credits: 1 }, // by your contract; 'record' and 'call' are charged on a miss too",
    "      // balance: { path: '/v1/account', remaining: (body) => body.credits.remaining },",
    '      // allotment: 10_000, // credits a month, where the vendor does not say what is left',
    '    },',
    '  },',
  ]
}

function credentials(keyHeader: string | null): string {
  if (keyHeader === null) return `// headers: { 'x-api-key': process.env.${VENDOR_KEY} }, // with the key in .env`
  if (keyHeader.toLowerCase() === 'authorization') return `auth: { type: 'bearer', token: process.env.${VENDOR_KEY} },`
  return `headers: { ${property(keyHeader)}: process.env.${VENDOR_KEY} },`
}

function records({ table, key, refreshedAt, addStamp, vendor, lookup, update, rest }: Draft): string[] {
  const known = lookup.map(({ column }) => `{ ${property(column)}: { not: null } }`)
  const eligible = known.length === 1 ? known[0] : `{ OR: [${known.join(', ')}] }`
  const stamp =
    refreshedAt === null
      ? [`// refreshedAt: 'refreshed_at', // once the column is there: ${escapedText(addStamp)}`]
      : [`refreshedAt: ${literal(refreshedAt)},`]
  return [
    '  records: {',
    `    table: ${literal(table)},`,
    `    key: ${literal(key)},`,
    ...stamp.map((line) => `    ${line}`),
    `    eligible: ${eligible},`,
    '    // column: a path into what the vendor answers, or (data, record) => value',
    '    update: {',
    ...Object.entries(update).map(([column, path]) => `      ${property(column)}: ${literal(path)},`),
    ...rest.slice(0, MOST_NAMED).map((column) => {
      const path = vendor.preset === null ? undefined : updatePath(column, vendor.preset)
      return `      // ${property(column)}: ${literal(path ?? '…')},`
    }),
    ...(rest.length > MOST_NAMED ? [`      // and ${rest.length - MOST_NAMED} more columns`] : []),
    '    },',
    '  },',
  ]
}

/** Of the columns for one part, the first that has a value is used. */
function identityOf(lookup: readonly Lookup[]): string {
  const parts = [...new Set(lookup.map(({ part }) => part))].map((part) => {
    const columns = lookup.filter((each) => each.part === part).map(({ column }) => member(column))
    return `${property(part)}: ${columns.join(' ?? ')}`
  })
  return `{ ${parts.join(', ')} }`
}

function member(column: string): string {
  return isName(column) ? `record.${column}` : `record[${literal(column)}]`
}

function property(name: string): string {
  return isName(name) ? name : literal(name)
}

function isName(text: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(text)
}

function literal(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
