import { expect, test } from 'vitest'
import { LOST_SECRET, reversibleRedactor, unsealer } from './sealed-text.ts'
import { Secrets } from './secrets.ts'

const secrets = new Secrets(['sk-live-12345678', '2026-01-01', 'say "please"', 'acme'])

test('a sealed text holds no secret, as it is or as JSON writes it, and comes back as it was', () => {
  const text = JSON.stringify({ echo: 'sk-live-12345678', born: '2026-01-01', quoted: 'say "please"', at: 'acmeacme' })
  const sealed = reversibleRedactor(secrets)(text)
  for (const secret of secrets.all) expect(sealed).not.toContain(secret)
  expect(sealed).not.toContain('say \\"please')
  expect(unsealer(secrets)(sealed)).toEqual({ text, lost: false })
})

test('a text without a secret stays as it is', () => {
  expect(reversibleRedactor(secrets)('{"a":1}')).toBe('{"a":1}')
  expect(unsealer(secrets)('{"a":1}')).toEqual({ text: '{"a":1}', lost: false })
})

test('a secret that has changed since is not restored, and that is reported', () => {
  const sealed = reversibleRedactor(secrets)('the key was sk-live-12345678, version 2026-01-01')
  const opened = unsealer(new Secrets(['sk-live-another', '2026-01-01']))(sealed)
  expect(opened).toEqual({ text: `the key was ${LOST_SECRET}, version 2026-01-01`, lost: true })
})

test('a secret that is obtained later is sealed from then on', () => {
  const own = new Secrets(['acme'])
  const seal = reversibleRedactor(own)
  expect(seal('token-987654')).toBe('token-987654')
  own.add('token-987654')
  expect(seal('token-987654')).not.toContain('token-987654')
  expect(unsealer(own)(seal('a token-987654 b')).text).toBe('a token-987654 b')
})

test('a vendor cannot have a secret put into its reply: marks of its own come back as they were', () => {
  const marked = reversibleRedactor(secrets)('acme')
  expect(marked).not.toContain('acme')
  const forged = `{"job_title":"${marked}"}`
  expect(unsealer(secrets)(reversibleRedactor(secrets)(forged))).toEqual({ text: forged, lost: false })
})

test('a short secret that looks like a mark of another breaks nothing', () => {
  const [mark] = /[0-9a-z]+/.exec(reversibleRedactor(new Secrets(['another-secret']))('another-secret')) ?? []
  const both = new Secrets(['another-secret', `${mark}`.padEnd(4, '0')])
  const text = `another-secret ${both.all[1]} another-secret`
  expect(unsealer(both)(reversibleRedactor(both)(text))).toEqual({ text, lost: false })
})
