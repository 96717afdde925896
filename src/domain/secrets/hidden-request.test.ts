import { expect, test } from 'vitest'
import { hiddenRequest, hiddenValue, travellingForms } from './hidden-request.ts'
import { Secrets } from './secrets.ts'

const hidden = (parts: object, secrets = new Secrets([])) =>
  hiddenRequest(
    { method: 'GET', url: 'https://x.example/', headers: {}, body: null, ...parts },
    (text) => text,
    secrets,
  )

test.each([
  ['https://x.example/a?api_key=v4lue&email=a%40b', 'https://x.example/a?api_key=(hidden)&email=a%40b'],
  ['https://x.example/a?accessToken=v&key=v', 'https://x.example/a?accessToken=(hidden)&key=(hidden)'],
  ['https://me:pass@x.example/a', 'https://me:(hidden)@x.example/a'],
  [
    'https://x.example/a?ACME_APIKEY=v&sig=v&clientSecret=v',
    'https://x.example/a?ACME_APIKEY=(hidden)&sig=(hidden)&clientSecret=(hidden)',
  ],
  ['https://x.example/a?monkey=banana&keyword=x', 'https://x.example/a?monkey=banana&keyword=x'],
])('a secret by its name in a URL: %s', (url, shown) => {
  expect(hidden({ url }).url).toBe(shown)
})

test('a secret by its name in headers and bodies; a scheme stays, and so do the keys of records', () => {
  const headers = { authorization: 'Bearer abc', 'x-api-key': 'abc', cookie: 'a=b', 'idempotency-key': 'r-1' }
  expect(hidden({ headers }).headers).toEqual({
    authorization: 'Bearer (hidden)',
    'x-api-key': '(hidden)',
    cookie: '(hidden)',
    'idempotency-key': 'r-1',
  })
  const body = { auth: { client_secret: 's', pin: 7 }, requests: [{ key: 'p1', password: 9 }], tokens: ['t'] }
  expect(hidden({ body }).body).toEqual({
    auth: { client_secret: '(hidden)', pin: 7 },
    requests: [{ key: 'p1', password: '(hidden)' }],
    tokens: ['t'],
  })
})

test('what was found by its name is a secret from then on, unless it is so short that it stands anywhere', () => {
  const secrets = new Secrets(['known'])
  hidden({ url: 'https://x.example/?token=l%2Fong-enough&api_key=short' }, secrets)
  expect(secrets.all).toEqual(['known', 'l/ong-enough'])
})

test('known secrets are hidden in texts, names and numbers of any JSON', () => {
  const hide = (text: string) => text.replaceAll('1234', '(hidden)')
  expect(hiddenValue({ a1234: ['x1234y', 1234, 56, null, true] }, hide)).toEqual({
    'a(hidden)': ['x(hidden)y', '(hidden)', 56, null, true],
  })
})

test('the forms in which a text travels', () => {
  expect(travellingForms('a b!')).toEqual(['a b!', 'a+b%21', 'a%20b%21', 'a%20b!'])
  expect(travellingForms('plain')).toEqual(['plain'])
  expect(travellingForms('\ud800')).toContain('\ud800')
})
