import { describe, expect, test } from 'vitest'
import { soundConfig } from '../../../test/support/config/sound-config.ts'
import type { InputError } from '../../domain/errors/errors.ts'
import { type Account, checkedAccounts, fleetOf, isFleet } from './fleet.ts'

const AROUND = { cwd: '/srv/app', env: {} }

/** A sound config whose parts are functions of the account. */
function raw(more: object = {}) {
  const { vendor, records, jobs, ...shared } = soundConfig() as Record<string, object>
  return {
    ...shared,
    accounts: [{ name: 'one', apiKey: 'sk_live_of_one', tenant: 1 }],
    vendor: (account: Account) => ({ ...vendor, headers: { 'x-api-key': account.apiKey } }),
    records: (account: Account) => ({ ...records, eligible: { id: account.tenant } }),
    jobs,
    ...more,
  }
}

function resolved(account: object, more: object = {}) {
  return fleetOf(raw(more), AROUND).configOf(account as Account)
}

function problems(account: object, more: object = {}) {
  const found = resolved(account, more)
  if ('config' in found) throw new Error('the account was accepted')
  return found.problems
}

function refusal(more: object): InputError {
  try {
    fleetOf(raw(more), AROUND)
  } catch (error) {
    return error as InputError
  }
  throw new Error('the config was accepted')
}

const ONE = { name: 'one', apiKey: 'sk_live_of_one', tenant: 1 }

describe('the config of an account is that of a config with one account', () => {
  test('its ledger is kept under the names of the vendor and the account', () => {
    const found = resolved(ONE)
    if ('problems' in found) throw new Error(JSON.stringify(found.problems))
    const { config } = found
    expect(config).toMatchObject({ account: 'one', vendor: { headers: { 'x-api-key': 'sk_live_of_one' } } })
    expect(config.vendor.name).toBe(`${(soundConfig().vendor as { name: string }).name}/one`)
    expect(config.records.eligible).toEqual({ id: 1 })
  })

  test('parts that are the same for all are no functions', () => {
    const { vendor, records, jobs } = soundConfig()
    expect(resolved(ONE, { vendor, records, jobs })).toHaveProperty('config')
    expect(resolved(ONE, { jobs: () => jobs })).toHaveProperty('config')
  })

  test('all that may be secret in an account is kept out of every message, even if no request carries it', () => {
    const named = { password: 'hunter22', pin: { token: 'tok1' }, keys: ['f00'] }
    const unnamed = { list: ['a-secret-0f-some-length'], plan: 'enterprise', mail: 'someone.else.2@acme.example' }
    const found = resolved({
      ...ONE,
      ...named,
      ...unnamed,
      url: 'https://api2.acme.example/',
      port: 'http://10.0.0.1:8080',
    })
    if ('problems' in found) throw new Error(JSON.stringify(found.problems))
    const { all } = found.config.secrets
    expect(all).toEqual(expect.arrayContaining(['sk_live_of_one', 'hunter22', 'tok1', 'a-secret-0f-some-length']))
    for (const plain of [
      'one',
      'enterprise',
      'f00',
      unnamed.mail,
      'https://api2.acme.example/',
      'http://10.0.0.1:8080',
    ])
      expect(all).not.toContain(plain)
  })
})

describe('what is wrong with an account is told with its name, and never with its key', () => {
  test('a part that is wrong', () => {
    expect(problems({ name: 'two', apiKey: undefined, tenant: 1 })).toEqual([
      expect.objectContaining({ path: expect.stringMatching(/^accounts\["two"\]\.vendor\.headers/) }),
    ])
  })

  test('a function that throws', () => {
    const vendor = (account: Account) => {
      throw new Error(`no such plan for ${account.apiKey}`)
    }
    const [problem] = problems(ONE, { vendor })
    expect(problem).toMatchObject({
      path: 'accounts["one"].vendor',
      found: 'an error in the function: no such plan for (hidden)',
    })
  })

  test('a name that no database could keep as a key, with the name of the vendor before it', () => {
    const { vendor } = soundConfig() as Record<string, object>
    const long = { vendor: { ...vendor, name: 'v'.repeat(40) } }
    expect(problems({ ...ONE, name: 'x'.repeat(88) }, long)).toMatchObject([
      { found: expect.stringContaining('129 characters') },
    ])
    expect(resolved({ ...ONE, name: 'x'.repeat(87) }, long)).toHaveProperty('config')
  })

  test('a function that answers a promise, even one that fails', () => {
    expect(problems(ONE, { records: () => Promise.reject(new Error('later')) })).toMatchObject([
      { path: 'accounts["one"].records', found: 'a function that answers a promise' },
    ])
  })
})

describe('accounts that nobody could tell apart, or name, are sorted out', () => {
  test.each([
    [{ apiKey: 'k' }, 'nothing'],
    [{ name: '' }, '""'],
    [{ name: 7 }, '7'],
    [{ name: ' one' }, '" one"'],
    [{ name: 'a\nb' }, '"a\\nb"'],
    [{ name: 'a\u202eb' }, expect.any(String)],
    [{ name: '\ud800' }, expect.any(String)],
    [{ name: 'x'.repeat(101) }, expect.stringContaining('xxx')],
    ['sk_live_1', 'text'],
    [null, 'null'],
  ])('%j', (account, found) => {
    const { sound, wrong } = checkedAccounts([ONE, account])
    expect(sound).toEqual([ONE])
    expect(wrong).toMatchObject([{ problems: [{ path: expect.stringMatching(/^accounts\[1\]/), found }] }])
  })

  test.each([['x'.repeat(100)], ['Zürich & Söhne / 7'], ['a@b.example'], ['顧客'], ['-1']])('%s is a name', (name) => {
    expect(checkedAccounts([{ name }]).sound).toHaveLength(1)
  })

  test('of two with one name neither is worked, and the others are', () => {
    const { sound, wrong } = checkedAccounts([ONE, { name: 'two' }, { ...ONE, apiKey: 'another' }])
    expect(sound.map(({ name }) => name)).toEqual(['two'])
    expect(wrong.map(({ name }) => name)).toEqual(['one', 'one'])
    expect(wrong[0]?.problems[0]).toMatchObject({ path: 'accounts[0].name', found: '"one", 2 times' })
  })
})

describe('what the accounts share is checked once', () => {
  test('a config with `accounts` is one of many, whatever else it is', () => {
    expect(isFleet(raw())).toBe(true)
    expect(isFleet(soundConfig())).toBe(false)
    expect(isFleet(undefined)).toBe(false)
  })

  test.each([
    [{ accounts: [] }, 'accounts', 'an empty list'],
    [{ accounts: 'all' }, 'accounts', '"all"'],
    [{ fleet: { accountsAtOnce: 0 } }, 'fleet.accountsAtOnce', '0'],
    [{ fleet: { accountsAtonce: 1 } }, 'fleet.accountsAtonce', 'an unknown key'],
    [{ fleet: { name: 'a b' } }, 'fleet.name', '"a b"'],
    [{ fleet: { redis: undefined } }, 'fleet.redis', 'a missing value'],
    [{ fleet: { redis: 'http://user:secret@host' } }, 'fleet.redis', '(hidden)'],
    [{ lease: '1s' }, 'lease', '"1s"'],
    [{ jobz: {} }, 'jobz', 'an unknown key'],
  ])('%j', (more, path, found) => {
    const error = refusal(more)
    expect(error.code).toBe('CONFIG_INVALID')
    expect(error.problems).toMatchObject([{ path, found }])
  })

  test('the password of Redis is a secret, as that of the database is', () => {
    const { redis, secrets } = fleetOf(raw({ fleet: { redis: 'rediss://user:pass-of-redis@host:6380/1' } }), AROUND)
    expect(redis).toBe('rediss://user:pass-of-redis@host:6380/1')
    expect(secrets.all).toContain('pass-of-redis')
    expect(fleetOf(raw(), AROUND).redis).toBeNull()
  })
})
