import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { VendorOptions } from '../../../src/index.ts'
import type { Changes } from '../support/config.ts'
import { atOnce, later, openJobs, SAYS_NOTHING, stopWithJobs } from '../support/later.ts'
import { onBothStages, onOneStage } from '../support/on-each-stage.ts'
import { goOn } from '../support/perform.ts'
import { type Answer, type Call, scriptedVendor } from '../support/scripted-vendor.ts'
import { booksOf, type Stage } from '../support/stage.ts'

const RESULT = { status: 200, data: { job_title: 't', job_company_name: 'c' } }
const results = (count: number) => Array.from({ length: count }, () => RESULT)
const sizeOf = ({ body }: Call): number => JSON.parse(body).requests.length

/** A vendor by script: what it answers to a submission, and to a poll. */
function jobsVendor(submit: (call: Call, size: number) => Answer, poll: (id: string, call: Call) => Answer) {
  return scriptedVendor((call) =>
    call.url.pathname === '/v1/jobs'
      ? submit(call, sizeOf(call))
      : poll(call.url.pathname.split('/').pop() as string, call),
  )
}

const taken = (id: number | string, more: Answer = {}): Answer => ({
  status: 202,
  body: { id: String(id), state: 'queued' },
  ...more,
})

const at = (url: string, more: Partial<VendorOptions> = {}): Changes => ({
  credits: SAYS_NOTHING,
  vendor: { baseUrl: url, ...more },
})

function journalOf(stage: Stage): { n: number; state: string }[] {
  const folder = stage.config().journalDir as string
  const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}

onBothStages((begin, dialect) => {
  test('where polls cannot be asked any more the run stops for a person, and goes on with its jobs', async () => {
    const stage = await begin({ people: 25, vendor: { jobMs: 300 } })
    let polls = 0
    const poll = (id: string) => {
      polls += 1
      if (polls > 1) throw new Error('mend me')
      return { path: `/v1/jobs/${id}` }
    }
    const first = await stage.run(later({ poll }))
    expect(first.summary).toMatchObject({ status: 'stopped', stopReason: 'error', calls: { unknown: 0 } })
    expect(first.summary.credits.unknown).toBeGreaterThan(0)
    expect(first.summary.detail).toBe('vendor.async.poll threw: mend me')
    const second = await goOn(stage.config(later()))
    expect(booksOf(second.summary, stage)).toEqual({ spent: 25, billed: 25, refreshed: 25 })
    expect(stage.vendor.stats.records).toBe(25)
  })

  test('a process that comes after `within` does not take a lost answer for the end of its jobs', async () => {
    const stage = await begin({ people: 5, vendor: { jobMs: 300 } })
    await stopWithJobs(stage, later({ within: '1s' }))
    await stage.execute(`UPDATE ${stage.own('call')} SET opened_at = opened_at - 60000 WHERE state = 'submitted'`)
    let asked = 0
    const poll = (id: string) => ({ path: asked++ < 2 ? '/v1/jobs/none' : `/v1/jobs/${id}` })
    const { summary } = await goOn(stage.config(later({ within: '1s', poll })))
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 5, unknown: 0 } })
    expect(stage.vendor.bill.totals()).toMatchObject({ lookupCredits: 5, mostChargesOfARecord: 1 })
  })

  test('the journal alone knows of a job, and a record of it has gone', async () => {
    const stage = await begin({ people: 5, vendor: { jobMs: 700 } })
    const { summary: first } = await stopWithJobs(stage, later())
    const call = stage.own('call')
    const [row] = await stage.rows(`SELECT n, nonce, reservation, opened_at, vendor_job FROM ${call}`)
    await stage.execute(`UPDATE ${call} SET state = 'open', vendor_job = NULL`, 'DELETE FROM people WHERE id = 2')
    const job = { id: row?.vendor_job, charge: null }
    const times = { openedAt: Number(row?.opened_at), sentAt: Number(row?.opened_at) }
    const rest = { reservation: Number(row?.reservation), cost: 0, saved: 0, status: 202, items: [] }
    const line = { n: Number(row?.n), nonce: row?.nonce, state: 'submitted', vendorJob: job, ...times, ...rest }
    const file = join(stage.config().journalDir as string, `spenddown-journal-${first.runId}.jsonl`)
    writeFileSync(file, `\n${JSON.stringify(line)}`)
    // Its function stumbles over what is not text.
    const results = (body: { results: readonly object[] }, records: readonly { email: string }[]) =>
      records.map(({ email }, place) => ({ ...body.results[place], of: email.toLowerCase() }))
    const { summary } = await goOn(stage.config(later({}, {}, { results: results as never })))
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 4, failed: 1 }, credits: { spent: 5 } })
  })

  test('something breaks while calls are in flight: what the vendor answers then is kept', async () => {
    const stage = await begin({ people: 400, vendor: { latencyMs: 10, jobMs: 30 } })
    const call = stage.own('call')
    const away = dialect === 'postgresql' ? 'call_away' : 'spenddown_call_away'
    let broken = false
    const watch = setInterval(async () => {
      if (broken || stage.vendor.stats.calls < 4) return
      broken = true
      stage.vendor.behave({ latencyMs: { min: 100, max: 900 } })
      await sleep(150)
      await stage.execute(`ALTER TABLE ${call} RENAME TO ${away}`)
    }, 2)
    await expect(stage.run(later())).rejects.toThrow()
    clearInterval(watch)
    const moved = dialect === 'postgresql' ? [`spenddown.${away}`, 'call'] : [away, call]
    await stage.execute(`ALTER TABLE ${moved[0]} RENAME TO ${moved[1]}`)
    stage.vendor.behave({ latencyMs: 1 })
    const answered = stage.vendor.stats.calls
    const rows = await stage.rows(`SELECT n, state, vendor_job FROM ${call}`)
    const inDatabase = rows.filter(({ state, vendor_job }) => state === 'settled' || vendor_job !== null)
    const answers = journalOf(stage).filter(({ state }) => state !== 'released')
    const known = new Set([...inDatabase.map(({ n }) => Number(n)), ...answers.map(({ n }) => n)])
    expect(known.size).toBe(answered)
    const { summary } = await goOn(stage.config(later()))
    expect(summary.records.refreshed).toBe(400)
    expect(stage.vendor.bill.totals()).toMatchObject({ lookupCredits: 400, mostChargesOfARecord: 1 })
  })

  test('a new run beside one with jobs under way: neither spends what the other holds', async () => {
    const stage = await begin({ people: 200, vendor: { jobMs: 50, allotment: 60 } })
    setTimeout(() => stage.vendor.behave({ jobMs: 1_500 }), 300)
    const first = await stopWithJobs(stage, later({}, { vendor: { limits: { maxConcurrent: 2 } } }))
    stage.vendor.behave({ jobMs: 50 })
    const second = await stage.run(later(), { new: true })
    const third = await goOn(stage.config(later()), first.summary.runId)
    expect([second.summary.status, third.summary.status]).toEqual(['completed', 'completed'])
    expect(second.summary.credits.spent + third.summary.credits.spent).toBe(60)
    expect(stage.vendor.bill.totals().lookupCredits).toBe(60)
  })
})

onOneStage((begin) => {
  test('a job that polls do not find at first is waited for, also where it is charged at its end', async () => {
    const asked = new Map<string, number>()
    const stage = await begin({ people: 40, vendor: { jobMs: 300, chargeAt: 'reply' } })
    const poll = (id: string) => {
      asked.set(id, (asked.get(id) ?? 0) + 1)
      return { path: `/v1/jobs/${asked.get(id) === 1 ? 'not-yet' : id}` }
    }
    const { summary } = await stage.run(later({ poll }), { budget: 20 })
    expect(booksOf(summary, stage)).toEqual({ spent: 20, billed: 20, refreshed: 20 })
  })

  test('a run that has spent what it could waits for its last job, however slow its polls are', async () => {
    let endsAt = 0
    const { url } = await jobsVendor(
      ({ number }) => {
        if (endsAt > 0) return { status: 402 }
        endsAt = performance.now() + 2_500
        return taken(number)
      },
      () => {
        const done = performance.now() > endsAt
        return { body: done ? { state: 'done', results: results(3) } : { state: 'queued' }, afterMs: 1_200 }
      },
    )
    const stage = await begin({ people: 20 })
    const { summary } = await stage.run(later({}, at(url), { maxRecords: 3 }), { budget: 20 })
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'credits-exhausted', records: { refreshed: 3 } })
    expect(summary.credits).toMatchObject({ spent: 3, unknown: 0 })
  })

  test('who interrupts it while it waits does not wait, and the next process waits on', async () => {
    let [submitted, done] = [0, false]
    const { url } = await jobsVendor(
      ({ number }) => (++submitted > 1 ? { status: 402 } : taken(number)),
      () => ({ body: done ? { state: 'done', results: results(3) } : { state: 'queued' }, afterMs: 300 }),
    )
    const stage = await begin({ people: 20 })
    const changes = later({}, at(url), { maxRecords: 3 })
    const first = await stage.run(changes, { budget: 20 }, { signal: AbortSignal.timeout(1_500) })
    expect(first.summary).toMatchObject({ status: 'stopped', stopReason: 'interrupted' })
    done = true
    const second = await goOn(stage.config(changes))
    expect(second.summary).toMatchObject({ stopReason: 'credits-exhausted', records: { refreshed: 3 } })
  })

  test('others spend below the reserve while jobs are under way: the jobs are asked after all the same', async () => {
    const stage = await begin({ people: 100, vendor: { jobMs: { min: 300, max: 1_500 }, allotment: 300 } })
    const watch = setInterval(() => {
      if (stage.vendor.stats.calls < 4) return
      clearInterval(watch)
      stage.vendor.spendOutside(stage.vendor.account.remaining - 5)
    }, 2)
    const { summary } = await stage.run(later({}, { job: { reserve: 100 } }))
    expect(summary.status).toBe('completed')
    expect(await openJobs(stage)).toEqual([])
    const { refreshed } = summary.records
    expect(booksOf(summary, stage)).toEqual({ spent: refreshed, billed: refreshed, refreshed })
  })

  test('what the vendor says when it takes a job counts: when to ask, and what it has cost', async () => {
    const polledAt: number[] = []
    const { url, calls } = await jobsVendor(
      ({ number }, size) =>
        taken(`${number}-${size}`, { headers: { 'retry-after': '1', 'x-credits-charged': String(size * 2) } }),
      (id, { at }) => {
        polledAt.push(at)
        const body = { state: 'done', results: results(Number(id.split('-')[1])) }
        return { body, headers: { 'x-credits-charged': '0' } }
      },
    )
    const stage = await begin({ people: 20 })
    const cost = { per: 'match' as const, credits: 2 }
    const { charged } = stage.config().vendor.credits ?? {}
    const credits = { ...SAYS_NOTHING, charged, cost }
    const { summary } = await stage.run(later({}, { ...at(url), credits }), { budget: 20 })
    expect(summary).toMatchObject({ stopReason: 'budget-spent', records: { refreshed: 10 }, credits: { spent: 20 } })
    expect((polledAt[0] as number) - (calls[0] as Call).at).toBeGreaterThan(950)
  })

  test('a Retry-After beyond all bounds does not keep a job beyond `within`', async () => {
    const { url } = await jobsVendor(
      ({ number }) => taken(number),
      () => ({ status: 202, body: { state: 'queued' }, headers: { 'retry-after': '86400' } }),
    )
    const stage = await begin({ people: 5 })
    const { summary } = await stage.run(later({ within: '1s' }, at(url, { onUnknown: 'skip' })), { budget: 9 })
    expect(summary).toMatchObject({ records: { unknown: 5 }, credits: { unknown: 5 } })
  })

  test('`async` taken out of the config while jobs are under way: nothing is asked for again', async () => {
    const stage = await begin({ people: 5, vendor: { jobMs: 500 } })
    await stopWithJobs(stage, later())
    const { summary, logs } = await goOn(stage.config(atOnce()))
    expect(summary).toMatchObject({ records: { unknown: 5 }, credits: { spent: 0, unknown: 5 } })
    expect(stage.vendor.bill.totals()).toMatchObject({ lookupCredits: 5, mostChargesOfARecord: 1 })
    expect(logs.map(({ message }) => message).join()).toContain('the config has no vendor.async to poll them with')
  })

  test('balances only in replies: lost submissions are reconciled, and all is spent', async () => {
    const stage = await begin({ people: 150, vendor: { jobMs: 60, latencyMs: 20, allotment: 60, chargeAt: 'reply' } })
    const watch = setInterval(() => {
      if (stage.vendor.bill.totals().lookupCredits < 20) return
      clearInterval(watch)
      stage.vendor.behave({ faults: { resetBefore: { next: 4 } } })
    }, 2)
    const more = { credits: { balance: undefined }, vendor: { timeoutMs: 500 } }
    const { summary } = await stage.run(later({ within: '2s' }, more))
    expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 60, unknown: 0 } })
    expect(stage.vendor.account.remaining).toBe(0)
  })
})
