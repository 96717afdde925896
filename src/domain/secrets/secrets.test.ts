import { expect, test } from 'vitest'
import { Secrets } from './secrets.ts'

test('secrets obtained at run time join those of the config, each once', () => {
  const secrets = new Secrets(['configured'])
  for (const token of ['token-1', 'token-2', 'token-1']) secrets.add(token)
  expect(secrets.all).toEqual(['configured', 'token-2', 'token-1'])
})

test('a process that runs for months keeps the latest 20, and always those of the config', () => {
  const secrets = new Secrets(['configured'])
  for (let n = 1; n <= 1_000; n += 1) secrets.add(`token-${n}`)
  expect(secrets.all.length).toBe(21)
  expect([secrets.all[0], secrets.all[1], secrets.all.at(-1)]).toEqual(['configured', 'token-981', 'token-1000'])
})

test('the list is another one after each that was added', () => {
  const secrets = new Secrets([])
  const before = secrets.all
  secrets.add('token-1')
  expect([before, secrets.all]).toEqual([[], ['token-1']])
})
