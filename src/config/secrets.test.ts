import { describe, expect, test } from 'vitest'
import { environmentSecrets, hideSecrets, secretsOf } from './secrets.ts'

const withUrl = (url: string) => secretsOf({ database: { url } }, {})

describe('what must never be printed', () => {
  test('every header value, and what follows its scheme', () => {
    const headers = { 'x-api-key': 'ak_12345', authorization: 'Bearer tok_67890', accept: 'text/plain' }
    expect(secretsOf({ vendor: { headers } }, {})).toEqual(['Bearer tok_67890', 'text/plain', 'tok_67890', 'ak_12345'])
  })

  test("the database URL's password, as written and decoded", () => {
    expect(withUrl('postgresql://app:p%40ssword@db/x')).toEqual(['p%40ssword', 'p@ssword'])
    expect(withUrl('postgresql://db/x?user=app&password=s3cret')).toEqual(['s3cret'])
    expect(withUrl('postgresql://app:un/enc#oded@db/x')).toEqual(['un/enc#oded'])
    expect(withUrl('postgresql://db/x?sslpassword=s3cret&sslmode=require')).toEqual(['s3cret'])
    expect(secretsOf({ vendor: { baseUrl: 'https://a.example/v1?apikey=k3y-123' } }, {})).toEqual(['k3y-123'])
    expect(withUrl('file:./x.db')).toEqual([])
  })

  test('environment variables that are named like secrets', () => {
    const env = {
      HUNTER_API_KEY: 'hk_123456',
      TOKEN: 'tok_12345',
      DB_PWD: 'pw_123456',
      ACME_APIKEY: 'ak_1234567',
      PGPASSWORD: 'pgpw_12345',
      GITHUB_PAT: 'ghp_123456',
      ACME_AUTH: 'auth_12345',
      ACME_KEY_ID: 'kid_12345',
    }
    expect(
      environmentSecrets({ ...env, PWD: '/home/someone', MONKEY: 'bananas-bananas', X_SECRET: undefined }),
    ).toEqual(['ak_1234567', 'pgpw_12345', 'ghp_123456', 'auth_12345', 'hk_123456', 'tok_12345', 'pw_123456'])
    const ordinary = {
      GIT_AUTHOR: 'ann-and-bob',
      PATTERN: 'a-long-pattern',
      COMPASS: 'north-by-east',
      OLDPWD: '/home/ann',
    }
    expect(environmentSecrets(ordinary)).toEqual([])
  })

  test('nothing so short that hiding it would black out everything else', () => {
    expect(secretsOf({ vendor: { headers: { version: '1' } } }, { A_KEY: 'short' })).toEqual([])
  })

  test.each([undefined, null, 'text', [], { vendor: 7 }, { vendor: { headers: [] }, database: 'x' }])(
    'a config of any form is borne: %j',
    (raw) => {
      expect(secretsOf(raw, {})).toEqual([])
    },
  )
})

test('hiding replaces every occurrence, the longest secret first', () => {
  const secrets = secretsOf({ vendor: { headers: { a: 'Bearer tok_1' } } }, {})
  expect(hideSecrets('tok_1, Bearer tok_1, tok_1', secrets)).toBe('(hidden), (hidden), (hidden)')
})
