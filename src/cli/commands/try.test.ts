import { expect, test } from 'vitest'
import { describeResult } from './try.ts'

const call = { request: { method: 'GET', url: 'http://x', headers: {}, body: null }, maxCost: 1 }

test.each([
  ['notFound', 'not-found', 'a wrong path looks like this too'],
  ['failed', 'failed', 'records.update'],
] as const)('%s: where to look, and how the record is selected again', (outcome, flag, words) => {
  const lines = describeResult({ ...call, outcome }).join('\n')
  expect(lines).toContain(words)
  expect(lines).toContain(`\`spenddown cooldown clear --outcome ${flag}\``)
})

test('a refreshed record needs no advice', () => {
  expect(describeResult({ ...call, outcome: 'refreshed' }).join('\n')).not.toContain('cooldown')
})
