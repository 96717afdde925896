import { expect, test } from 'vitest'
import { checkedRequest } from './checked-request.ts'

test.each(['/v1/enrich', '/', '//double', '?email=a', ''])('%j stays on the host of the base URL', (path) => {
  expect(checkedRequest({ path })).toEqual({ request: { method: 'GET', path } })
  expect(new URL(`https://api.acme.example${path}`).host).toBe('api.acme.example')
})

test.each<[string, unknown]>([
  ...['@other.example/', '.other.example/', ':8443/', 'https://other.example/', 'v1/enrich'].map(
    (path): [string, unknown] => ["a path that does not start with '/'", { path }],
  ),
  ...[undefined, null, 5, {}, Promise.resolve()].map((made): [string, unknown] => ['no path', made]),
  ['no path', { path: 5 }],
  ['a `url`, which only `async.fetch` may give', { url: 'https://files.example/1' }],
  ['json and form, of which one request has only one', { path: '/', json: {}, form: {} }],
  ['a `form` that is no object', { path: '/', form: 'a=1' }],
  ['a `body` that is no text', { path: '/', body: 5 }],
  ['`headers` that are no object', { path: '/', headers: 'x' }],
  ['a header that cannot be sent', { path: '/', headers: { 'a b': 'x' } }],
  ['a header that cannot be sent', { path: '/', headers: { accept: 'a\r\nx-api-key: 1' } }],
])('%s: nothing is sent', (problem, made) => {
  expect(checkedRequest(made)).toEqual({ problem: expect.stringContaining(problem) })
})

test('headers that are undefined are left out', () => {
  const headers = { Accept: 'application/vnd.api+json', 'X-None': undefined }
  expect(checkedRequest({ method: 'POST', path: '/', headers })).toEqual({
    request: { method: 'POST', path: '/', headers: { Accept: 'application/vnd.api+json' } },
  })
})

test.each([
  'file:///etc/passwd',
  'ftp://files.example/1',
  '/results/1',
  'https://key@files.example/',
  'https://a b/',
  5,
])('results are not at %j', (url) => {
  expect(checkedRequest({ url }, { elsewhere: true })).toEqual({
    problem: 'a `url` that is no absolute http(s) URL without credentials',
  })
})

test('results may be a file at another address', () => {
  const url = 'https://files.example/1.jsonl.gz?signature=a%2Fb&by=x@y.example'
  expect(checkedRequest({ url }, { elsewhere: true })).toEqual({ request: { method: 'GET', url } })
})
