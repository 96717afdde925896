import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { asCredits, micro } from '../credits.ts'
import { fractionOf } from '../random.ts'
import type { VendorWorld, World } from '../world/world.ts'
import type { Account } from './account.ts'
import { type Bill, costOf, type Receipt, type Served } from './bill.ts'
import type { Connection, Reply } from './connection.ts'
import { type Fault, faultOf, isMiss } from './faults.ts'
import type { VendorHook } from './http-vendor.ts'
import { bodyOf, isUnusable } from './replies.ts'
import { Throttle } from './throttle.ts'

export interface Call {
  readonly sender: string
  readonly key: string | null
  readonly records: readonly string[]
  readonly emails: readonly string[]
  readonly connection: Connection
}

/** Work that was done once: the call that paid for it, and what its reply holds. */
interface Work {
  readonly receipt: Receipt
  readonly served: readonly Served[]
  readonly fault: Fault | null
}

interface Job {
  readonly receipt: Receipt
  /** Null while it runs. */
  work: Work | null
  polled: number
}

/** A bare 404 to a poll would mean that there is no such job. */
const MISSED = '{"done":true,"found":false}'

/** How the vendor deals with calls: takes, refuses, charges, answers, and all that may go wrong with that. */
export class Calls {
  /** Until when it answers nobody but with 503. */
  downUntil = 0
  /** No more trouble, so that the last run can come to its end. */
  healthy = false
  private readonly world: World
  private readonly vendor: VendorWorld
  private readonly bill: Bill
  private readonly account: Account
  private readonly hook: VendorHook
  private readonly throttle: Throttle
  private readonly attempts = new Map<string, number>()
  /** By idempotency key; a promise, so that a repeat finds the first while it is still at work. */
  private readonly done = new Map<string, Promise<Work | null>>()
  private readonly jobs = new Map<string, Job>()
  private readonly closing = new AbortController()

  constructor(world: World, bill: Bill, account: Account, hook: VendorHook) {
    this.world = world
    this.vendor = world.vendor
    this.bill = bill
    this.account = account
    this.hook = hook
    this.throttle = new Throttle(world.vendor)
    setMaxListeners(0, this.closing.signal)
  }

  /** Ends what still waits. */
  close(): void {
    this.closing.abort()
  }

  async take(call: Call): Promise<void> {
    const { sender, key, records, emails, connection } = call
    const ticket = this.throttle.enter(connection)
    const open = this.throttle.present()
    const receipt = this.bill.open({ kind: 'call', process: sender, key, records, emails, open })
    connection.belongsTo(receipt)
    try {
      await this.hook('received', receipt)
      this.account.noteCall()
      const reply = await this.replyTo(call, receipt)
      this.throttle.leave(ticket)
      if (reply === null) return
      await connection.send(reply)
      if (receipt.answeredAt !== null) await this.hook('answered', receipt)
    } finally {
      this.throttle.leave(ticket)
    }
  }

  /** Asks how a job stands, or has its results. */
  async poll(sender: string, id: string, connection: Connection): Promise<void> {
    const job = this.jobs.get(id)
    const { records = [], emails = [] } = job?.receipt ?? {}
    const receipt = this.bill.open({ kind: 'poll', process: sender, key: null, records, emails, open: 0 })
    connection.belongsTo(receipt)
    if (Date.now() < this.downUntil) return connection.send({ status: 503, body: '{"error":"down"}' })
    if (job === undefined) return connection.send({ status: 404, body: '{"error":"no such job"}' })
    if (job.work === null) return connection.send({ status: 200, body: '{"done":false}' })
    job.polled += 1
    receipt.resultOf = job.receipt.serial
    // A job's results are told wrongly once at most: whoever asks again may have them.
    const fault = job.polled === 1 ? job.work.fault : null
    const { status, body, headers } = this.answerOf({ ...job.work, fault }, receipt)
    await connection.send({ status: 200, headers, body: status === 404 ? MISSED : asDone(body) })
  }

  /** Null: nobody is answered. */
  private async replyTo(call: Call, receipt: Receipt): Promise<Reply | null> {
    if (Date.now() < this.downUntil) return { status: 503, body: '{"error":"down"}' }
    if (this.throttle.isTooMuch()) return this.refuse(receipt, 'limits')
    const known = this.vendor.repeatCost !== null && call.key !== null ? this.done.get(call.key) : undefined
    const repeated = await known
    if (repeated) return this.repeat(repeated, receipt)
    const fault = this.faultFor(receipt)
    receipt.fault = fault
    if (fault === 'throttle') return this.refuse(receipt, 'throttle')
    if (fault === 'error') return { status: 500, body: '{"error":"ours"}' }
    if (fault === 'resetBefore') return this.drop(call)
    if (this.bill.balance < this.mostOf(receipt)) return { status: 402, body: '{"error":"out of credits"}' }
    return this.work(call, receipt, fault)
  }

  private async work(call: Call, receipt: Receipt, fault: Fault | null): Promise<Reply | null> {
    const working = this.vendor.jobMs === null ? this.lookUp(receipt, fault) : this.submit(receipt, fault)
    if (call.key !== null) this.done.set(call.key, working)
    const work = await working
    if (fault === 'resetAfter') return this.drop(call)
    if (fault === 'silence') return this.never(call)
    if (fault === 'slow') await this.pause(this.slownessOf(receipt) - (Date.now() - receipt.at))
    if (this.vendor.jobMs !== null) return { status: 202, body: JSON.stringify({ job_id: `job-${receipt.serial}` }) }
    return this.answerOf(work, receipt)
  }

  /** Looks the records up and charges for that. */
  private async lookUp(receipt: Receipt, fault: Fault | null): Promise<Work> {
    await this.pause(this.vendor.latencyMs * (0.5 + fractionOf(this.world.seed, 'latency', receipt.serial)))
    // Whatever is charged is charged within the client's patience; the client may be gone by then.
    if (fault === 'lateBill') await this.pause(this.vendor.timeoutMs * 0.8)
    return this.charge(receipt, fault)
  }

  private async charge(receipt: Receipt, fault: Fault | null): Promise<Work> {
    await this.hook('billing', receipt)
    const served = this.serve(receipt)
    this.bill.charge(receipt, served)
    await this.hook('billed', receipt)
    return { receipt, served, fault }
  }

  private async submit(receipt: Receipt, fault: Fault | null): Promise<Work> {
    const job: Job = { receipt, work: null, polled: 0 }
    this.jobs.set(`job-${receipt.serial}`, job)
    const ready = this.pause(this.vendor.jobMs ?? 0)
      .then(() => this.charge(receipt, fault))
      .then((work) => {
        job.work = work
      })
    ready.catch(() => undefined)
    await this.pause(this.vendor.latencyMs)
    return { receipt, served: [], fault }
  }

  private repeat({ receipt: first, served }: Work, receipt: Receipt): Reply {
    receipt.resultOf = first.serial
    receipt.fault = 'repeat'
    if (this.vendor.jobMs !== null) return { status: 202, body: JSON.stringify({ job_id: `job-${first.serial}` }) }
    const { repeatCost } = this.vendor
    const reply = this.answerOf({ receipt: first, served, fault: null }, receipt)
    const { 'x-charged': charged, ...headers } = reply.headers
    if (charged === undefined || repeatCost === 'silent') return { ...reply, headers }
    return { ...reply, headers: { ...headers, 'x-charged': repeatCost === 'zero' ? '0' : charged } }
  }

  private answerOf({ served, fault }: Work, receipt: Receipt): Reply & { readonly headers: Record<string, string> } {
    receipt.unusable = isUnusable(fault)
    const missed = this.vendor.form === 'single' && served.every(({ value }) => value === null)
    const headers = this.account.headersFor(receipt)
    if (this.vendor.cost.told) headers['x-charged'] = String(asCredits(costOf(served)))
    if (missed && !receipt.unusable) return { status: 404, headers, body: '{"error":"not found"}' }
    return { status: 200, headers, body: bodyOf(this.vendor, served, fault) }
  }

  private serve({ serial, records, emails }: Receipt): Served[] {
    const { per, credits } = this.vendor.cost
    return records.map((record, place) => {
      const found = !isMiss(this.vendor.faults, this.world.seed, record)
      const costs = per === 'call' ? place === 0 : per === 'record' || found
      return {
        record,
        email: emails[place] ?? '',
        value: found ? `v${serial}:${record}` : null,
        micro: costs ? micro(credits) : 0,
      }
    })
  }

  private mostOf({ records }: Receipt): number {
    const { per, credits } = this.vendor.cost
    return micro(credits) * (per === 'call' ? 1 : records.length)
  }

  private faultFor({ records }: Receipt): Fault | null {
    const first = records[0] ?? ''
    const attempt = (this.attempts.get(first) ?? 0) + 1
    this.attempts.set(first, attempt)
    return this.healthy ? null : faultOf(this.vendor.faults, this.world.seed, first, attempt)
  }

  private refuse(receipt: Receipt, fault: string): Reply {
    receipt.fault = fault
    const seconds = this.vendor.retryAfterSeconds
    if (seconds === null) return { status: 429, body: '{"error":"slow down"}' }
    receipt.retryAfterMs = seconds * 1_000
    return { status: 429, headers: { 'retry-after': String(seconds) }, body: '{"error":"slow down"}' }
  }

  private drop({ connection }: Call): null {
    connection.reset()
    return null
  }

  private async never({ connection }: Call): Promise<null> {
    while (!connection.isGone) await this.pause(50)
    return null
  }

  private slownessOf({ serial }: Receipt): number {
    return this.vendor.timeoutMs * (0.5 + 1.5 * fractionOf(this.world.seed, 'slow', serial))
  }

  private async pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.closing.signal }).catch(() => undefined)
  }
}

/** The results of a job, unless they cannot be read anyway. */
function asDone(body: string): string {
  return body.startsWith('{"data":{') || body.startsWith('{"results"') ? `{"done":true,${body.slice(1)}` : body
}
