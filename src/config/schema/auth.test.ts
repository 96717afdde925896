import { describe, expect, test } from 'vitest'
import { soundConfig, withValue } from '../../../test/support/config/sound-config.ts'
import { resolveConfig } from '../resolve-config.ts'
import { secretsOf } from '../secrets.ts'

const at = { cwd: '/srv/app', env: {} }

function resolved(auth: unknown, headers = {}) {
  return resolveConfig(
    withValue(withValue(soundConfig(), ['vendor', 'headers'], headers), ['vendor', 'auth'], auth),
    at,
  )
}

const OAUTH = { type: 'oauth', tokenUrl: 'https://auth.example/token', clientId: 'id-1', clientSecret: 'sesame' }

describe('each kind is handed on as it is', () => {
  test.each([
    { type: 'header', name: 'X-Api-Key', value: 'sesame' },
    { type: 'bearer', token: 'sesame' },
    { type: 'query', params: { 'auth-id': 'séşame & more', 'auth-token': 'sesame' } },
    { type: 'basic', username: 'me', password: 'ses:äme' },
    { ...OAUTH, scope: 'a b', audience: 'https://api.example', clientAuthentication: 'basic' },
  ])('$type', (auth) => {
    expect(resolved(auth)).toMatchObject({ config: { vendor: { auth } } })
  })

  test('a client names itself in the form, unless the config says otherwise', () => {
    expect(resolved(OAUTH)).toMatchObject({ config: { vendor: { auth: { ...OAUTH, clientAuthentication: 'body' } } } })
  })
})

test('every problem is told at its path', () => {
  const result = resolved({
    type: 'oauth',
    tokenUrl: 'auth.example',
    clientId: 7,
    clientAuthentication: 'from',
    scop: 'a',
  })
  const problems = 'problems' in result ? result.problems : []
  expect(problems.map(({ path, found }) => [path, found])).toEqual([
    ['vendor.auth.tokenUrl', '"auth.example"'],
    ['vendor.auth.clientId', '(hidden)'],
    ['vendor.auth.clientSecret', 'a missing value'],
    ['vendor.auth.clientAuthentication', '"from"'],
    ['vendor.auth.scop', 'an unknown key'],
  ])
})

test('an unknown type is told which there are, and which was meant', () => {
  expect(resolved({ type: 'oauth2', token: 'x' })).toMatchObject({
    problems: [{ path: 'vendor.auth.type', found: '"oauth2"', hint: "Did you mean 'oauth'?" }],
  })
})

describe('a header that `headers` and `auth` both send is a problem', () => {
  test.each<[object, string]>([
    [{ type: 'header', name: 'X-Api-Key', value: 'sesame' }, 'x-api-key'],
    [{ type: 'bearer', token: 'sesame' }, 'Authorization'],
    [{ type: 'basic', username: 'me', password: 'sesame' }, 'authorization'],
    [OAUTH, 'authorization'],
  ])('%j', (auth, name) => {
    expect(resolved(auth, { 'x-other': 'other', [name]: 'sesame' })).toMatchObject({
      problems: [{ found: 'a header that `vendor.auth` sends too', allowed: 'one of the two' }],
    })
    expect(resolved(auth, { 'x-other': 'other' })).toHaveProperty('config')
  })
})

describe('what must never be printed, in each form in which it travels', () => {
  const of = (auth: unknown) => secretsOf({ vendor: { auth } }, {})

  test.each<[object, string[]]>([
    [{ type: 'header', name: 'authorization', value: 'Token tok_1' }, ['Token tok_1', 'tok_1']],
    [{ type: 'bearer', token: 'tok_1+/=' }, ['tok_1+/=', 'tok_1%2B%2F%3D']],
    [
      { type: 'query', name: 'k', value: 'a b!~ü' },
      ['a b!~ü', 'a+b%21%7E%C3%BC', 'a%20b%21%7E%C3%BC', 'a%20b!~%C3%BC'],
    ],
    [{ type: 'basic', username: 'someone', password: 'sesame' }, ['sesame', 'c29tZW9uZTpzZXNhbWU=']],
    [{ type: 'basic', username: 'key_12345', password: 'X' }, ['key_12345', 'a2V5XzEyMzQ1Olg=']],
    [OAUTH, ['sesame', 'aWQtMTpzZXNhbWU=']],
    [{ ...OAUTH, clientSecret: 'a&bcd' }, ['a&bcd', 'a%26bcd', Buffer.from('id-1:a%26bcd').toString('base64')]],
  ])('%j', (auth, secrets) => {
    expect(of(auth)).toEqual(expect.arrayContaining(secrets))
  })

  test('but not what everyone may see', () => {
    expect(of(OAUTH).join()).not.toMatch(/id-1|auth\.example/)
    expect(of({ type: 'basic', username: 'someone', password: 'sesame' })).not.toContain('someone')
  })

  test.each([null, 'sesame', [], { type: 7, token: 7, value: {} }, { value: '\ud800' }])(
    'any form is borne: %j',
    (auth) => {
      expect(of(auth)).toEqual(expect.any(Array))
    },
  )
})
