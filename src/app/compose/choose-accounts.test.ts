import { expect, test } from 'vitest'
import { type Accounts, checkedAccounts } from '../../config/fleet/fleet.ts'
import type { InputError } from '../../domain/errors/errors.ts'
import { namedAccounts, oneAccount } from './choose-accounts.ts'

const many = (count: number) => checkedAccounts(Array.from({ length: count }, (_, at) => ({ name: `tenant-${at}` })))

function refusal(accounts: Accounts, names: readonly string[]): InputError {
  try {
    oneAccount(accounts, names)
  } catch (error) {
    return error as InputError
  }
  throw new Error('an account was chosen')
}

test('the only account needs no name', () => {
  expect(oneAccount(many(1), [])).toEqual({ name: 'tenant-0' })
})

test('of several, a command about one says how many there are, the first ten, and what to do', () => {
  const { code, problems } = refusal(many(1234), [])
  expect(code).toBe('ACCOUNT_NEEDED')
  expect(problems[0]?.found).toMatch(/^1,234 accounts: "tenant-0", .*"tenant-9", …$/)
  expect(problems[0]?.found).not.toContain('tenant-10')
  expect(problems[0]?.allowed).toContain('--account NAME')
})

test('a name that is unknown is told what was probably meant; several are too many for one', () => {
  expect(refusal(many(30), ['tenant-1x']).problems[0]).toMatchObject({
    found: '"tenant-1x"',
    hint: 'Did you mean "tenant-1"?',
  })
  expect(refusal(many(3), ['tenant-1', 'tenant-2']).problems[0]?.found).toBe('2 accounts')
  expect(refusal(many(0), []).problems[0]?.found).toBe('no accounts')
})

test('an account that is wrong is told why where it is named, and is in nobody’s way where it is not', () => {
  const accounts = checkedAccounts([{ name: 'a' }, { name: 'a' }, { name: 'b' }])
  expect(refusal(accounts, ['a']).problems[0]).toMatchObject({ path: 'accounts[0].name', found: '"a", 2 times' })
  expect(oneAccount(accounts, ['b'])).toEqual({ name: 'b' })
  expect(namedAccounts(accounts, []).map(({ name }) => name)).toEqual(['b'])
  expect(namedAccounts(accounts, ['b', 'b'])).toHaveLength(1)
})
