import { mostOf } from '../../../src/domain/credits/cost.ts'
import { tellable } from '../../../src/domain/words/tellable.ts'
import { mapper } from '../../../src/refresh/classify/mapping.ts'
import { ReplyReader } from '../../../src/refresh/classify/reply-reader.ts'
import type { OpenedCall } from '../../../src/refresh/ports/calls.ts'
import type { Exchange, VendorRules } from '../../../src/refresh/ports/vendor.ts'
import { changedColumns } from '../../../src/store/user-table/compare/changed-columns.ts'
import { preconditionOf } from '../../../src/store/user-table/compare/precondition.ts'
import { encodeValues } from '../../../src/store/user-table/values/encode-values.ts'
import { rateHeaderReader } from '../../../src/vendors/rate-headers.ts'
import { wholeOf } from '../../../src/vendors/read-reply.ts'
import { PEOPLE, SQLITE_PEOPLE } from '../../support/store/test-tables.ts'
import { type Random, randomFrom } from '../random.ts'
import { mutatedHeaders, mutatedStatus, mutatedText } from './mutate.ts'
import { itemsOf, MOST_BYTES, type Way } from './ways.ts'
import type { Reply, Wire } from './wire.ts'

/** So long may a reply of a few kilobytes be read. A collection of garbage may fall into it. */
const MOST_MS = 250
/** A timer takes no more (2^31 - 1 ms). */
const LONGEST_WAIT_MS = 2_147_483_647
const COLUMNS = ['small', 'big', 'price', 'score', 'active', 'country', 'code', 'uid', 'data', 'seen', 'born', 'tags']

export interface Verdict {
  readonly replies: number
  readonly slowestMs: number
  /** How replies were read: outcome by count. */
  readonly outcomes: Readonly<Record<string, number>>
  /** The same of those that were sent over HTTP: what the client made of them, by count. */
  readonly overHttp: Readonly<Record<string, number>>
  readonly problems: readonly string[]
}

/** What a config's function may answer, or throw. */
const NONSENSE: readonly (() => unknown)[] = [
  () => undefined,
  () => Symbol('x'),
  () => 10n ** 30n,
  () => Number.NaN,
  () => Object.create(null),
  () => new Proxy({}, { get: () => fail(), ownKeys: () => fail() }),
  () => ({
    get status() {
      return fail()
    },
  }),
  () => [{ status: Symbol('x') }],
  () => 'fresh',
  () => fail(),
  () => {
    throw undefined
  },
]

function fail(): never {
  throw Object.create(null)
}

interface Malice {
  readonly replies: number
  readonly seed: number
  readonly wire: Wire
  /** One reply in so many goes over HTTP. */
  readonly wireEvery: number
}

/** Reads replies of vendors that mean harm, as a run does, from bytes and headers to outcome, cost and values. */
export async function readMalice(ways: readonly Way[], { replies, seed, wire, wireEvery }: Malice): Promise<Verdict> {
  const problems: string[] = []
  const outcomes: Record<string, number> = {}
  const overHttp: Record<string, number> = {}
  let slowestMs = 0
  for (let at = 0; at < replies && problems.length < 20; at++) {
    const random = randomFrom(seed + at)
    const way = random.pick(ways)
    const [records, genuine] = random.pick([...way.replies])
    const { status, headers, text } = random.pick(genuine)
    const reply = {
      status: mutatedStatus(status, random),
      headers: mutatedHeaders(headers, random),
      body: mutatedText(text, random),
    }
    const sent = at % wireEvery === 0 ? await wire.exchange(reply, random) : null
    if (sent !== null) overHttp[sent.kind] = (overHttp[sent.kind] ?? 0) + 1
    const elapsed = stopwatch()
    const found = readOne(way, records, sent ?? reply, random, outcomes)
    const took = elapsed()
    slowestMs = Math.max(slowestMs, took)
    if (took > MOST_MS) found.push(`it took ${Math.round(took)} ms`)
    problems.push(...found.map((problem) => `seed ${seed + at}: ${problem}`))
  }
  return { replies, slowestMs, outcomes, overHttp, problems }
}

/**
 * How long this thread has worked since, ms, or somewhat more: no longer than the clock on the wall says, which other
 * programs stretch, and no longer than all threads of this process have worked.
 */
function stopwatch(): () => number {
  const [from, cpu] = [performance.now(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return Math.min(performance.now() - from, (user + system) / 1_000)
  }
}

function exchangeOf(sent: Exchange | Reply, now: number): Exchange | null {
  if ('kind' in sent) return sent
  const read = wholeOf([sent.body], MOST_BYTES, sent.status, sent.headers)
  if (read.kind !== 'whole') return null
  return { ...read, kind: 'reply', latencyMs: 1, quotas: rateHeaderReader()(read.headers, now) }
}

function readOne(
  way: Way,
  records: number,
  sent: Exchange | Reply,
  random: Random,
  outcomes: Record<string, number>,
): string[] {
  const now = 1_800_000_000_000
  try {
    const exchange = exchangeOf(sent, now)
    if (exchange === null) return []
    if (exchange.kind === 'reply' && exchange.text.length > MOST_BYTES)
      return [`it has ${exchange.text.length} characters`]
    const rules = random.chance(0.1) ? nonsensical(way.rules, random) : way.rules
    const table = random.chance(0.5) ? PEOPLE : SQLITE_PEOPLE
    const update = Object.fromEntries(COLUMNS.map((name) => [name, (data: never) => valueIn(data, random)]))
    const map = mapper(
      update,
      (values) => encodeValues(table, values),
      undefined,
      (row, values) => changedColumns(table, row, values),
    )
    const reader = new ReplyReader({
      rules,
      map,
      clock: { now: () => now },
      hide: tellable,
      keep: null,
      preconditionOf: (held) => preconditionOf(table, held),
    })
    const call: OpenedCall = {
      n: 1,
      nonce: 'x',
      reservation: mostOf(rules.cost, records),
      openedAt: 0,
      items: itemsOf(records),
    }
    const reading = reader.interpret(exchange)
    const made = reader.read(call, exchange, reading, now)
    outcomes[reading.outcome.kind] = (outcomes[reading.outcome.kind] ?? 0) + 1
    return problemsOf(call, made)
  } catch (error) {
    return [`${way.name} threw: ${error instanceof Error ? error.stack : 'something'}`]
  }
}

function problemsOf(call: OpenedCall, { reading, cost, items }: ReturnType<ReplyReader['read']>): string[] {
  const problems: string[] = []
  if (!Number.isSafeInteger(cost) || cost < 0) problems.push(`the cost is ${cost}`)
  // A charge that the vendor reports is believed, also a higher one.
  if (cost > call.reservation && cost !== reading.charge) problems.push(`${cost} of ${call.reservation} reserved`)
  if (items.length !== call.items.length) problems.push(`${items.length} results for ${call.items.length} records`)
  const wait = reading.outcome.retryAfterMs ?? 0
  if (!(wait >= 0 && wait <= LONGEST_WAIT_MS)) problems.push(`it waits for ${wait} ms`)
  for (const { outcome, mapped } of items) {
    const reason = mapped?.kind === 'unusable' ? mapped.reason : outcome.reason
    if (!isStorable(reason) || reason.length > 2_000)
      problems.push(`its reason cannot be stored: ${JSON.stringify(reason)}`)
    for (const value of Object.values(mapped?.kind === 'values' ? mapped.values : {})) {
      if (value !== null && !isStorable(value)) problems.push(`a value that cannot be stored: ${JSON.stringify(value)}`)
    }
  }
  return problems
}

function isStorable(value: unknown): value is string {
  return typeof value === 'string' && !/\0|\p{Surrogate}/u.test(value)
}

/** Some value in the data, however deep. */
function valueIn(data: unknown, random: Random): unknown {
  let value = data
  for (let levels = random.between(0, 3); levels > 0 && typeof value === 'object' && value !== null; levels--) {
    const inside = Object.values(value)
    if (inside.length > 0) value = random.pick(inside)
  }
  return value
}

function nonsensical(rules: VendorRules, random: Random): VendorRules {
  const answer = random.pick(NONSENSE)
  const { single, bulk } = rules
  switch (random.between(0, 5)) {
    case 0:
      return { ...rules, outcome: answer as never }
    case 1:
      return { ...rules, charged: answer }
    case 2:
      return { ...rules, remaining: answer }
    case 3:
      return { ...rules, price: answer }
    case 4:
      return { ...rules, single: single && { ...single, data: answer, belongsTo: answer } }
    default:
      return { ...rules, bulk: bulk && { ...bulk, results: answer, key: answer } }
  }
}
