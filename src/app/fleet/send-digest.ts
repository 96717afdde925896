import { createHash } from 'node:crypto'
import type { Fleet } from '../../config/fleet/fleet.ts'
import { accountIn } from '../../domain/account/account-key.ts'
import type { AccountRow } from '../../domain/account/account-row.ts'
import { CREDIT, type Credits, parseCredits, toDecimal } from '../../domain/credits/credits.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import { digestMessage } from '../../observability/notify/digest.ts'
import type { AccountNews, DigestNews } from '../../observability/notify/digest-news.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { Connection } from '../../store/client.ts'
import { digestSince, noteDigest, runsEnded } from '../../store/ledger/digests.ts'
import { readOutlooks, shownOutlooks } from '../../store/ledger/outlooks.ts'
import {
  CLAIM_MS,
  claimNotice,
  forgetNotice,
  keepNotice,
  type Notice,
  type Recipient,
} from '../../store/ledger/sent-notices.ts'
import { withDatabase } from '../compose/with-database.ts'
import { notifierOf } from '../run/run.ts'
import { wrongRow } from './list-accounts.ts'
import type { Roster } from './roster.ts'

type Target = Fleet['notify'][number]

/** Sends what happened to all accounts since the last digest, one notice a target. Failures are only logged. */
export async function sendDigest(fleet: Fleet, roster: Roster, log: Log, now: number, everyMs: number): Promise<void> {
  if (fleet.notify.length === 0) return
  const notifier = notifierOf(fleet, log)
  try {
    await withDatabase(fleet.database, async (connection) => {
      for (const target of fleet.notify) {
        const reader = { name: fleet.name, url: target.url }
        if ((await digestSince(connection, reader, now, everyMs)) === null) continue
        const turn = { vendor: `/digest-turn/${fleet.name}`, url: target.url }
        // One machine at a time; if it dies meanwhile, the next one tells all of it.
        if (!(await claimNotice(connection, turn, { credits: CREDIT, now, resetAt: now + CLAIM_MS }))) continue
        const since = await digestSince(connection, reader, now, everyMs)
        if (since !== null) {
          // Until one has arrived, each begins where the first began.
          await noteDigest(connection, reader, since)
          const claims = new Claims(connection, fleet.name)
          const message = digestMessage(await newsSince(claims, roster, target, { since, now }), target.on, now)
          if (message === null || (await notifier.digest(message, target))) {
            await noteDigest(connection, reader, now)
            await claims.keep()
          } else await claims.giveBack()
        }
        await forgetNotice(connection, turn)
      }
    })
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'no digest was sent')
  }
}

/** What is told once, until it is forgotten again: claimed for this digest. */
class Claims {
  readonly connection: Connection
  /** Of the config's accounts: another config in this database may have an account of the same name. */
  readonly fleet: string
  readonly #claimed: (Recipient & Pick<Notice, 'resetAt'>)[] = []

  constructor(connection: Connection, fleet: string) {
    this.connection = connection
    this.fleet = fleet
  }

  async claim(recipient: Recipient, notice: Notice): Promise<boolean> {
    const isNew = await claimNotice(this.connection, recipient, notice)
    if (isNew) this.#claimed.push({ ...recipient, resetAt: notice.resetAt })
    return isNew
  }

  /** The digest has arrived. */
  async keep(): Promise<void> {
    for (const { resetAt, ...recipient } of this.#claimed) await keepNotice(this.connection, recipient, resetAt)
  }

  /** The digest was not delivered: the next one tells it. */
  async giveBack(): Promise<void> {
    for (const recipient of this.#claimed) await forgetNotice(this.connection, recipient)
  }
}

interface Interval {
  readonly since: number
  readonly now: number
}

async function newsSince(
  claims: Claims,
  { entries, wrong }: Roster,
  target: Target,
  { since, now }: Interval,
): Promise<DigestNews> {
  const { connection } = claims
  const names = new Map(entries.map(({ key, name }) => [key, name]))
  const [ended, outlooks, shown] = await Promise.all([
    runsEnded(connection, since, now),
    readOutlooks(connection, now),
    shownOutlooks(connection.client),
  ])
  const runs = ended
    .filter(({ vendor }) => names.has(vendor))
    .map(({ vendor, id, spent, ...run }) => ({
      ...run,
      account: accountIn(vendor) ?? vendor,
      runId: id,
      spent: toDecimal(spent as Credits),
    }))
  const troubled: AccountNews[] = []
  const losing: AccountNews[] = []
  const rows = outlooks.flatMap(({ vendor }) => (names.has(vendor) ? ((shown.get(vendor) as AccountRow) ?? []) : []))
  for (const row of [...wrong.map(wrongRow), ...rows]) {
    if (await isTroubled(claims, row, target, now)) troubled.push(newsOf(row))
    if (await isLoss(claims, row, target, now)) losing.push(newsOf(row))
  }
  return { since, until: now, accounts: entries.length + wrong.length, runs, troubled, losing }
}

function newsOf({ account, why, atStake }: AccountRow): AccountNews {
  return { account, why, atStake }
}

const DAY_MS = 24 * 60 * 60_000

/** It cannot be worked: told once a day, for as long as that is so. */
async function isTroubled(
  claims: Claims,
  { account, state }: AccountRow,
  { on, url }: Target,
  now: number,
): Promise<boolean> {
  if (!on.includes('failed') || (state !== 'wrong' && state !== 'failing')) return false
  const vendor = `/trouble/${createHash('sha256').update(`${claims.fleet}/${account}`).digest('hex').slice(0, 32)}`
  return claims.claim({ vendor, url }, { credits: CREDIT, now, resetAt: now + DAY_MS })
}

/** Told once a billing cycle, and again once the amount has doubled, as of one account. */
async function isLoss(claims: Claims, row: AccountRow, { forecastAbove, url }: Target, now: number): Promise<boolean> {
  const credits = parseCredits(row.atStake)
  if (forecastAbove === undefined || credits === null || row.resetAt === null || row.vendor === null) return false
  const above =
    'credits' in forecastAbove ? forecastAbove.credits : ((row.balance ?? 0) * CREDIT * forecastAbove.percent) / 100
  const resetAt = Date.parse(row.resetAt)
  if (credits <= above || resetAt <= now) return false
  return claims.claim({ vendor: row.vendor, url }, { credits, now, resetAt })
}
