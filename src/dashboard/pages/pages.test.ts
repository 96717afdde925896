import { expect, test } from 'vitest'
import {
  accountWith,
  cookieByKey,
  dashboardOver,
  formTokenOf,
  itemsWith,
  NOW,
  runWith,
  summaryWith,
  unknownCall,
  unknownWith,
} from '../../../test/support/dashboard/dashboard-under-test.ts'
import { courseUnderTest } from '../../../test/support/report/report-under-test.ts'
import { DatabaseUnavailableError, InputError, LeaseHeldError, SpenddownError } from '../../domain/errors/errors.ts'
import { layout } from './layout.ts'

const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>&\u202e\u0007`
const ESCAPED =
  '&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x onerror=alert(2)&gt;&amp;\\u202e\\u0007'

async function textAt(path: string, ...over: Parameters<typeof dashboardOver>): Promise<string> {
  const answer = await dashboardOver(...over).at(path)
  expect(answer.status).toBe(200)
  return answer.text()
}

test('whatever a key, a reason, a name or a detail is, it is text and shows what is invisible in it', async () => {
  const run = runWith({
    job: HOSTILE,
    detail: HOSTILE,
    controlRequest: { what: 'pause', by: HOSTILE, at: '2026-11-30T21:59:00Z' },
  })
  const item = { seq: 1, key: HOSTILE, state: 'failed', attempts: 1, reason: HOSTILE, selectedAt: HOSTILE } as const
  const data = {
    account: async () => accountWith({ open: run, forecast: { kind: 'none', why: HOSTILE } }),
    run: async () => ({ ...run, table: HOSTILE, spec: { key: HOSTILE } }),
    runs: async () => ({ runs: [summaryWith({ job: HOSTILE })], next: null }),
    items: async () => itemsWith({ run, items: [item] }),
    unknown: async () =>
      unknownWith(unknownCall({ records: [HOSTILE], reason: HOSTILE, job: HOSTILE, vendorJob: HOSTILE })),
  }
  const paths = [
    '/',
    '/runs',
    '/runs/x',
    '/runs/x/items',
    `/runs/x/items?key=${encodeURIComponent(HOSTILE)}`,
    '/unknown',
  ]
  for (const path of paths) {
    // The search field alone holds the key as it is.
    const page = (await textAt(path, data)).replace(/<input name="key" value="[^"]*"/, '')
    expect(page, path).not.toMatch(/<script>alert|<img|\p{Cf}/u)
    expect(page, path).not.toContain('\x07')
    if (path !== '/runs/x') expect(page, path).toContain(ESCAPED.slice(0, 40))
  }
})

test('an id leads nowhere but to its own page', async () => {
  const data = { run: async () => runWith({ runId: '../../logout?x="y' }) }
  const page = await textAt('/runs/x', data)
  expect(page).toContain('/runs/..%2F..%2Flogout%3Fx%3D%22y/items')
  expect(page).not.toContain('"y/')
})

test('instants stand in the billing cycle’s zone, in words and for machines', async () => {
  const page = await textAt('/')
  expect(page).toContain('<time datetime="2026-12-01T05:00:00.000Z"')
  expect(page).toContain('Tue 1 Dec 2026, 00:00 EST')
  expect(page).toContain('America/New_York')
})

test('a page stands without script: live ones load themselves again, and nothing is inline', async () => {
  const page = await textAt('/runs/x')
  expect(page).toContain('<noscript><meta http-equiv="refresh"')
  expect(page).toMatch(/<body data-events="\/runs\/20261130-aa\/events" data-state="running at work">/)
  expect(page).not.toMatch(/<script(?! src="\/assets\/)|\son\w+=|\sstyle=|https?:\/\/(?!www\.w3)/)
  const ended = await textAt('/runs/x', {
    run: async () => runWith({ status: 'completed', stopReason: 'all-refreshed' }),
  })
  expect(ended).not.toMatch(/data-events|http-equiv="refresh"/)
})

test('how a run went is drawn on the server, on its page and again while it goes on', async () => {
  const course = async () => courseUnderTest(30)
  const page = await textAt('/runs/x', { course })
  expect(page).toContain('data-renewed-from="/runs/20261130-aa/course"')
  expect(page).toContain('Credits spent over time: 400 of 1,000')
  const part = await textAt('/runs/x/course', { course })
  expect(page).toContain(part)
  expect(part.match(/<figure>/g)).toHaveLength(4)
  expect(part).toContain('<caption>The course in figures</caption>')
  expect(await textAt('/runs/x/course')).toBe('')
})

test('a run that is not well leads with the cause, how to mend it, and the command', async () => {
  const leadOf = async (summary: Parameters<typeof runWith>[0], changes: Parameters<typeof runWith>[1] = {}) => {
    const page = await textAt('/runs/x', { run: async () => runWith(summary, changes) })
    const [, lead = ''] = /<section class="verdict (.*?)<\/section>/s.exec(page) ?? []
    return lead.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
  }
  const detail = 'the vendor refuses the credentials'
  expect(await leadOf({ status: 'failed', stopReason: 'error', detail })).toMatch(
    /^act".*Failed: it needs a person the vendor refuses the credentials Fix that, check with spenddown doctor , then spenddown run month-end/,
  )
  const stopped = { status: 'stopped', stopReason: 'vendor-unhealthy', detail: 'no answer for 5 min' } as const
  expect(await leadOf(stopped, { atWork: null })).toMatch(
    /^look".*Not running: .*no answer for 5 min spenddown resume 20261130-aa goes on with it/,
  )
  const health = { kind: 'failing', since: NOW - 90_000, failed: 12 } as const
  expect(await leadOf({}, { health })).toMatch(/Vendor down; retrying No call has succeeded for 1 min 30 s: the start/)
  expect(await leadOf({})).toBe('')
})

test('what may be done depends on how the run stands', async () => {
  const offered = async (summary: Parameters<typeof runWith>[0]) => {
    const page = await textAt('/runs/x', { run: async () => runWith(summary) })
    return [...page.matchAll(/href="\/runs\/20261130-aa\/(pause|continue|stop)"/g)].map(([, what]) => what)
  }
  const controlRequest = { by: 'ann', at: '2026-11-30T21:59:00Z' }
  expect(await offered({})).toEqual(['pause', 'stop'])
  expect(await offered({ controlRequest: { what: 'pause', ...controlRequest } })).toEqual(['continue', 'stop'])
  expect(await offered({ status: 'stopped', controlRequest: { what: 'stop', ...controlRequest } })).toEqual([
    'continue',
  ])
  expect(await offered({ status: 'stopped' })).toEqual([])
  expect(await offered({ status: 'completed', stopReason: 'all-refreshed' })).toEqual([])
})

test('pages of runs and of items lead on by the last one, with the search that was made', async () => {
  const runs = await textAt('/runs?before=90', {
    runs: async (before) => ({ runs: [], next: before === 90 ? 40 : null }),
  })
  expect(runs).toContain('href="/runs?before=40"')
  const asked: unknown[] = []
  const items: Parameters<typeof dashboardOver>[0] = {
    items: async (_, query) => {
      asked.push(query)
      return itemsWith({ next: 200_000, lookedTo: 200_000 })
    },
  }
  const page = await textAt('/runs/x/items?key=a%26b&match=prefix&state=failed&after=7', items)
  expect(asked).toEqual([{ after: 7, key: 'a&b', prefix: true, state: 'failed' }])
  expect(page).toContain('key=a%26b&amp;match=prefix&amp;state=failed&amp;after=200000')
  expect(page).toContain('up to 200,000 of 1,000')
  await textAt('/runs/x/items?state=nonsense&after=-1&key=', items)
  expect(asked[1]).toEqual({ after: 0, key: null, prefix: false, state: null })
})

test('an unknown call offers a decision where it can be settled just now', async () => {
  const offers = async (busy: string | null, decidable: boolean) => {
    const unknown = async () => ({ ...unknownWith(unknownCall({ decidable })), busy })
    return (await textAt('/unknown', { unknown })).includes('/unknown/settle?call=20261130-aa%2F7&amp;as=free')
  }
  expect([await offers(null, true), await offers('process 7', true), await offers(null, false)]).toEqual([
    true,
    false,
    false,
  ])
})

test('unknown calls are one table with its total; all of them are marked as charged, or none', async () => {
  let calls = [unknownCall({ holds: 2 }), unknownCall({ id: '20261130-aa/8' }), unknownCall({ decidable: false })]
  const { at, done } = dashboardOver({ unknown: async () => ({ ...unknownWith(...calls), holds: 4 }) })
  const page = await (await at('/unknown')).text()
  expect(page.match(/<table/g)).toHaveLength(1)
  expect(page).toMatch(/Total: 3 calls<\/th><td><\/td><td><\/td><td class="number">4</)
  expect(page).toContain('href="/unknown/settle?call=all&amp;as=charged"')

  const cookie = await cookieByKey(at)
  const asked = await (await at('/unknown/settle?call=all&as=charged', { headers: { cookie } })).text()
  expect(asked).toContain('Mark 2 calls as charged?')
  expect(asked).toContain('The 3 credits held are booked as spent.')
  const of = /name="of" value="(\w+)"/.exec(asked)?.[1] ?? ''
  const settle = (fields: Record<string, string>) =>
    at('/unknown/settle', {
      method: 'POST',
      headers: { cookie, origin: 'http://localhost:9465', 'content-type': 'application/x-www-form-urlencoded' },
      body: String(new URLSearchParams({ form: formTokenOf(asked), call: 'all', ...fields })),
    })
  // All that cost nothing would be a guess; and one that nobody was asked about is not settled.
  expect((await settle({ as: 'free', of })).status).toBe(400)
  calls = [...calls, unknownCall({ id: '20261130-aa/9' })]
  expect((await settle({ as: 'charged', of })).status).toBe(409)
  expect(done).toEqual([])
  calls = calls.slice(0, 3)
  expect((await settle({ as: 'charged', of })).status).toBe(303)
  expect(done).toEqual([['settle charged', '20261130-aa/7 20261130-aa/8', 'dashboard@vm']])
})

test('what is not there is not there', async () => {
  const { at } = dashboardOver({ run: async () => null, items: async () => null, course: async () => null })
  for (const path of ['/nothing', '/runs/x', '/runs/x/items', '/runs/x/course', '/runs/x/pause', '/assets/none.js'])
    expect((await at(path)).status, path).toBe(404)
})

test('a database that is unreachable is told, without its secrets, and looked for again', async () => {
  const away = async () => Promise.reject(new DatabaseUnavailableError('no answer\n\nfrom db:hunter2'))
  const answer = await dashboardOver({ account: away }).at('/')
  expect([answer.status, answer.headers.get('refresh')]).toEqual([503, '10'])
  const page = await answer.text()
  expect(page).toContain('The database is unreachable')
  expect(page).toContain('no answer from db:(hidden)')
  expect(page).toContain('This page looks again by itself.')
})

test('tables of an older version, and a file that is missing, say what to do', async () => {
  const older = async () => Promise.reject(new SpenddownError('DATABASE_OLDER', 'older: `spenddown migrate`'))
  const answer = await dashboardOver({ account: older }).at('/')
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('spenddown migrate')])
  const problem = { path: 'database.url', found: 'no file', allowed: 'the file' }
  const missing = async () => Promise.reject(new InputError('DATABASE_NOT_FOUND', [problem]))
  expect((await dashboardOver({ account: missing }).at('/')).status).toBe(503)
})

test('what nobody foresaw goes to the log, and not to the page', async () => {
  const { at, logged } = dashboardOver({ account: async () => Promise.reject(new Error('at /secret/path')) })
  const answer = await at('/')
  expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining('/secret/path')])
  expect(logged).toEqual([expect.stringContaining('a page of the dashboard failed')])
})

test('every page names itself, and has one heading of the first rank', async () => {
  for (const path of [
    '/',
    '/runs',
    '/runs/x',
    '/runs/x/items',
    '/unknown',
    '/runs/x/stop',
    '/unknown/settle?call=20261130-aa%2F7&as=free',
  ]) {
    const page = await textAt(path)
    expect(page.match(/<h1/g), path).toHaveLength(1)
    expect(page, path).toMatch(/<html lang="en">[\s\S]*<title>[^<]+ · spenddown<\/title>/)
  }
})

test('nobody is asked whether a run that has ended is to be stopped', async () => {
  const run = async () => runWith({ status: 'completed', stopReason: 'all-refreshed' })
  const answer = await dashboardOver({ run }).at('/runs/20261130-aa/stop')
  const page = await answer.text()
  expect([answer.status, page]).toEqual([409, expect.stringContaining('Run 20261130-aa has ended (completed).')])
  expect(page).not.toContain('<form')
})

test('a call cannot be settled while another process has the account, be it a run or not; none is to be killed', async () => {
  const held = new LeaseHeldError('process 7 on vm is spending from this account; wait for it, or stop it (SIGTERM)')
  const answer = await dashboardOver({ unknown: async () => Promise.reject(held) }).at('/unknown')
  const page = await answer.text()
  expect(answer.status).toBe(409)
  expect(page).toContain('somebody who settles a call at this moment')
  expect(page).not.toMatch(/SIGTERM|A run is at work/)
})

test('a layout escapes its title', async () => {
  const frame = {
    vendor: HOSTILE,
    zone: 'UTC',
    now: NOW,
    signedIn: true,
    mayAct: true,
    path: '/',
    base: '',
    formToken: '"',
    version: '1',
  }
  const page = String(await layout({ title: HOSTILE, body: '' as never }, frame))
  expect(page).not.toContain('<img')
})

test("a run's report is handed over as a file; of a run that is none there is none", async () => {
  const { at } = dashboardOver()
  const answer = await at('/runs/20261130-aa/report')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="20261130-aa.html"')
  expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
  expect(await answer.text()).toContain('<title>report</title>')
  expect((await dashboardOver({ report: async () => null }).at('/runs/x/report')).status).toBe(404)
})
