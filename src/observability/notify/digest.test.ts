import { expect, test } from 'vitest'
import { digestMessage } from './digest.ts'
import type { DigestNews, EndedRun } from './digest-news.ts'

const AT = Date.UTC(2026, 10, 30, 12)
const ALL = ['completed', 'stopped', 'failed', 'forecast']
const run = (account: string, status: EndedRun['status'], spent = 10): EndedRun => {
  return { account, runId: `run-${account}`, job: 'month-end', status, detail: null, spent }
}
const news = (more: Partial<DigestNews> = {}): DigestNews => {
  return { since: AT - 900_000, until: AT, accounts: 1_200, runs: [], troubled: [], losing: [], ...more }
}

test('nothing has happened: nothing is said', () => {
  expect(digestMessage(news(), ALL, AT)).toBeNull()
})

test('one line for all, with what needs a person first, and the first names', () => {
  const runs = [run('a', 'completed', 100.5), run('b', 'completed', 99.5), run('c', 'stopped'), run('d', 'failed')]
  const troubled = [{ account: 'e', why: 'its key is missing', atStake: null }]
  const losing = [
    { account: 'f', why: '', atStake: 5 },
    { account: 'g', why: '', atStake: 1_500 },
  ]
  const message = digestMessage(news({ runs, troubled, losing }), ALL, AT)
  expect(message).toMatchObject({
    type: 'accounts.digest',
    message:
      '1,200 accounts: 1 need a person (d); 1 cannot be worked (e); 2 will lose 1,505 credits (g, f); ' +
      '1 stopped early and go on (c); 2 are done, 200 credits spent',
    data: {
      completed: { count: 2, credits: 200 },
      losing: { credits: 1_505, first: [{ account: 'g' }, { account: 'f' }] },
    },
  })
})

test('whoever wants to hear of failures alone hears of nothing else, and of an account that cannot be worked', () => {
  const runs = [run('a', 'completed'), run('b', 'stopped')]
  const losing = [{ account: 'f', why: '', atStake: 5 }]
  expect(digestMessage(news({ runs, losing }), ['failed'], AT)).toBeNull()
  const troubled = [{ account: 'e', why: 'its key is missing', atStake: null }]
  expect(digestMessage(news({ runs, losing, troubled }), ['failed'], AT)?.message).toBe(
    '1,200 accounts: 1 cannot be worked (e)',
  )
})

test('a thousand accounts are one short message', () => {
  const runs = Array.from({ length: 1_000 }, (_, at) => run(`tenant-${at}`, 'failed'))
  const message = digestMessage(news({ runs }), ALL, AT)
  expect(message?.message).toMatch(/^1,200 accounts: 1,000 need a person \(tenant-0, .*tenant-9, …\)$/)
  expect(JSON.stringify(message).length).toBeLessThan(3_000)
})
