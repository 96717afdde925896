import { describe, expect, test } from 'vitest'
import { column } from '../../../test/support/store/test-tables.ts'
import { KNOWN_PRESETS } from '../../presets/known-presets.ts'
import type { SurveyedTable } from '../../store/user-table/describe/survey-tables.ts'
import { lookupPart, proposeLookup, proposePreset, proposeStamp, proposeTable, proposeUpdate } from './proposals.ts'

const columns = (...names: string[]) => names.map((name) => column(name, 'text'))
const presetOf = (name: string) => KNOWN_PRESETS.find((each) => each.name === name) ?? null
const [pdl, apollo, coresignal] = ['people-data-labs', 'apollo', 'coresignal'].map(presetOf)

function table(name: string, names: string[], more: Partial<SurveyedTable> = {}): SurveyedTable {
  return { name, columns: columns(...names), keys: ['id'], stamps: names, rows: { count: 3, how: 'exact' }, ...more }
}

describe('the table', () => {
  test('is the one that has people', () => {
    const orders = table('orders', ['id', 'total'])
    expect(proposeTable([orders, table('crm.accounts', ['id', 'email', 'job_title'])])).toBe('crm.accounts')
    expect(proposeTable([orders, table('Contacts', ['id'])])).toBe('Contacts')
  })

  test('is none where none looks so, but for the only one; and never one without a key', () => {
    expect(proposeTable([table('orders', ['id']), table('items', ['id'])])).toBeNull()
    expect(proposeTable([table('orders', ['id'])])).toBe('orders')
    expect(proposeTable([table('people', ['email'], { keys: [] })])).toBeNull()
  })
})

test.each([
  [['updated_at', 'last_synced_at', 'enrichedAt'], 'enrichedAt'],
  [['created_at', 'UpdatedAt', 'LastSynced'], 'LastSynced'],
  [['modified_at'], 'modified_at'],
  [['created_at', 'born'], null],
])('of %j, %s says when a record was refreshed', (names, stamp) => {
  expect(proposeStamp(table('people', names))).toBe(stamp)
})

describe('the preset', () => {
  const people = table('people', ['email', 'job_title', 'company', 'seniority', 'headline'])
  test('is the one whose key is there; or whose ids the table has; or the first that could find the people', () => {
    expect(proposePreset(people, { HUNTER_API_KEY: 'x' })).toBe('hunter')
    expect(proposePreset(table('people', ['email', 'lusha_id']), {})).toBe('lusha')
    expect(proposePreset(people, {})).toBe('people-data-labs')
    expect(proposePreset(table('people', ['coresignal_id']), {})).toBe('coresignal')
  })

  test('is none where no vendor could find the people', () => {
    expect(proposePreset(table('people', ['phone']), { HUNTER_API_KEY: 'x' })).toBeNull()
  })
})

test('people are found by the columns that the preset reads, or by columns of another name', () => {
  const both = columns('linkedin', 'work_email', 'email')
  expect(proposeLookup(both, pdl ?? null)).toEqual([
    { part: 'email', column: 'email' },
    { part: 'profile', column: 'linkedin' },
  ])
  expect(proposeLookup(columns('workEmail', 'linkedin_url'), null)).toEqual([{ part: 'email', column: 'workEmail' }])
  expect(proposeLookup(columns('coresignal_id', 'linkedin_url'), coresignal ?? null)).toHaveLength(2)
  expect(lookupPart('work_email', pdl ?? null)).toBe('email')
  expect(lookupPart('phone', pdl ?? null)).toBe('phone')
})

test('columns go to the paths of the preset; names, other types, and what spenddown may not write do not', () => {
  const all = [
    ...columns('jobTitle', 'title', 'employer', 'full_name', 'note', 'state'),
    column('country', 'integer'),
    column('city', 'text', 'text', { generated: true }),
    column('headline', 'text', 'text', { locked: 'closed' }),
  ]
  expect(proposeUpdate(all, apollo ?? null, [])).toEqual({ jobTitle: 'title', employer: 'organization.name' })
  expect(proposeUpdate(all, null, ['jobTitle'])).toEqual({ title: 'title', employer: 'employer' })
})
