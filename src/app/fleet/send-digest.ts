import type { Fleet } from '../../config/fleet/fleet.ts'
import { accountIn } from '../../domain/account/account-key.ts'
import type { AccountRow } from '../../domain/account/account-row.ts'
import { CREDIT, type Credits, parseCredits, toDecimal } from '../../domain/credits/credits.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import { digestMessage } from '../../observability/notify/digest.ts'
import type { AccountNews, DigestNews } from '../../observability/notify/digest-news.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { Connection } from '../../store/client.ts'
import { claimDigest, returnDigest, runsEnded } from '../../store/ledger/digests.ts'
import { readOutlooks, shownOutlooks } from '../../store/ledger/outlooks.ts'
import { claimNotice } from '../../store/ledger/sent-notices.ts'
import { withDatabase } from '../compose/with-database.ts'
import { notifierOf } from '../run/run.ts'
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
        const since = await claimDigest(connection, reader, now, everyMs)
        if (since === null) continue
        const news = await newsSince(connection, roster, target, { since, now })
        const message = digestMessage(news, target.on, now)
        if (message !== null && !(await notifier.digest(message, target))) await returnDigest(connection, reader, since)
      }
    })
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'no digest was sent')
  }
}

interface Interval {
  readonly since: number
  readonly now: number
}

async function newsSince(
  connection: Connection,
  { entries }: Roster,
  target: Target,
  { since, now }: Interval,
): Promise<DigestNews> {
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
  for (const { vendor, failures, lookedAt } of outlooks) {
    const row = shown.get(vendor) as AccountRow | undefined
    if (row === undefined || !names.has(vendor)) continue
    const { account, state, why, atStake } = row
    const isNew = failures === 1 && lookedAt >= since
    if (isNew && (state === 'wrong' || state === 'failing')) troubled.push({ account, why, atStake })
    if (await isLoss(connection, row, target, now)) losing.push({ account, why, atStake })
  }
  return { since, until: now, accounts: entries.length, runs, troubled, losing }
}

/** Told once a billing cycle, and again once the amount has doubled, as of one account. */
async function isLoss(
  connection: Connection,
  row: AccountRow,
  { forecastAbove, url }: Target,
  now: number,
): Promise<boolean> {
  const credits = parseCredits(row.atStake)
  if (forecastAbove === undefined || credits === null || row.resetAt === null || row.vendor === null) return false
  const above =
    'credits' in forecastAbove ? forecastAbove.credits : ((row.balance ?? 0) * CREDIT * forecastAbove.percent) / 100
  const resetAt = Date.parse(row.resetAt)
  if (credits <= above || resetAt <= now) return false
  return claimNotice(connection, { vendor: row.vendor, url }, { credits, now, resetAt })
}
