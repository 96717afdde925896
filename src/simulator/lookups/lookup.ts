import { toMicro } from '../account/micro-credits.ts'
import type { Behaviour, Cost } from '../behaviour.ts'
import type { Answer, Lookup } from '../http/answer.ts'
import type { Simulation } from '../simulation.ts'
import { versionFor } from './people.ts'
import { fixedShare } from './random.ts'

/** A single record whose reply is to be a spoilt 200 is found whether the vendor knows it or not. */
type Served = 'found whatever happens' | 'as known'

/** Looks the records up and takes the charge, or neither: `undefined` means that too few credits are left. */
export function lookUp(sim: Simulation, lookup: Lookup, body: Answer['body'], served: Served): Answer | undefined {
  const { behaviour, account } = sim
  const found = served === 'found whatever happens' && !lookup.bulk
  const statuses = lookup.keys.map((key, i) => lookup.fixed?.[i] ?? (found ? 200 : statusOf(sim, key, lookup.bulk)))
  const unitMicro = toMicro(Math.max(...(lookup.prices ?? [lookup.credits ?? behaviour.cost.credits])))
  if (lookup.bulk && behaviour.bulkShortfall === 'partial') {
    withholdUnaffordable(statuses, behaviour.cost, Math.floor(account.remainingMicro / unitMicro))
  }
  const isFree = lookup.free === undefined ? undefined : freeAgain(sim, lookup)
  const billed = isFree && lookup.keys.map((_, i) => isCharged(statuses[i] as number, behaviour.cost) && !isFree[i])
  const isRepeat = lookup.keys.map((key) => isFreeRepeat(sim, key, lookup.askedAt))
  const isPaid = (billed ?? chargeable(statuses, behaviour.cost)).map((is, i) => is && !isRepeat[i])
  const records = lookup.keys.filter((_, i) => isPaid[i])
  const micro =
    behaviour.cost.per === 'call' ? unitMicro * Math.min(1, records.length) : sumMicro(lookup, isPaid, unitMicro)
  if (!account.charge({ micro, records, idempotencyKey: lookup.idempotencyKey })) return undefined
  const { keys, references, bulk } = lookup
  const { remembersLooks, repeatsAreOld } = sim.dialect
  const versions = repeatsAreOld ? keys.map((key, i) => (isRepeat[i] ? sim.looks.get(key) : undefined)) : undefined
  if (remembersLooks || versions) {
    for (const [i, key] of keys.entries()) {
      if (statuses[i] === 200 && versions?.[i] === undefined) sim.looks.set(key, versionOf(sim, key))
    }
  }
  return { keys, references, statuses, bulk, version: behaviour.version, versions, chargedMicro: micro, billed, body }
}

/** For each record whether it costs nothing this time: seen as it is now, or charged before. */
function freeAgain(sim: Simulation, { keys, free }: Lookup): readonly boolean[] {
  return keys.map((key, i) => {
    if (free === 'charged before') {
      return sim.behaviour.freeRepeatMs === null ? sim.bill.chargedAt(key) !== undefined : isFreeRepeat(sim, key)
    }
    return sim.looks.get(key) === versionOf(sim, key) || keys.indexOf(key) < i
  })
}

function versionOf({ seed, behaviour }: Simulation, key: string): number {
  return versionFor(seed, key, behaviour.version, behaviour.changeShare)
}

function statusOf(sim: Simulation, key: string, bulk: boolean): number {
  if (bulk && sim.behaviour.bulkBadItems === 'item') {
    if (sim.faults.strikes('badRequest', [key])) return 400
    if (sim.faults.strikes('unprocessable', [key])) return 422
  }
  if (bulk && sim.faults.strikes('legalBlock', [key])) return 451
  return isKnown(sim.behaviour, sim.seed, key) ? 200 : 404
}

function isKnown({ misses, matchRate }: Behaviour, seed: number, key: string): boolean {
  if (misses) return !misses(key)
  return matchRate >= 1 || fixedShare(seed, 'match', key) < matchRate
}

function chargeable(statuses: readonly number[], cost: Cost): readonly boolean[] {
  return statuses.map((status) => cost.per === 'call' || isCharged(status, cost))
}

function sumMicro({ prices }: Lookup, isPaid: readonly boolean[], unitMicro: number): number {
  return isPaid.reduce((sum, is, i) => sum + (is ? (prices ? toMicro(prices[i] as number) : unitMicro) : 0), 0)
}

function isFreeRepeat({ behaviour, bill, clock }: Simulation, key: string, askedAt = clock.now()): boolean {
  const { freeRepeatMs } = behaviour
  const chargedAt = freeRepeatMs === null ? undefined : bill.chargedAt(key)
  return chargedAt !== undefined && chargedAt <= askedAt && askedAt - chargedAt < (freeRepeatMs as number)
}

function isCharged(status: number, { per }: Cost): boolean {
  return status === 200 || (status === 404 && per === 'record')
}

/** Items after the last affordable one become 402. */
function withholdUnaffordable(statuses: number[], cost: Cost, affordable: number): void {
  if (cost.per === 'call') return
  let left = affordable
  for (const [i, status] of statuses.entries()) {
    if (!isCharged(status, cost)) continue
    if (left > 0) left--
    else statuses[i] = 402
  }
}
