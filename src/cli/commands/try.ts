import { createInterface } from 'node:readline'
import type { TriedCall, TriedColumn, TriedReply } from '../../app/run/tried-call.ts'
import { tryRecord } from '../../app/run/try.ts'
import { counted } from '../../domain/words/words.ts'
import { commandLog } from '../command-log.ts'
import { describeSummary } from '../describe-summary.ts'
import { exitCodeOfRun } from '../exit-code.ts'
import { readConfig, readSelection, type SelectionFlags } from '../flags.ts'
import { abortedBySignals, type Host, isAttended } from '../host.ts'
import { printLines, say, valueWords } from '../print.ts'

interface TryFlags extends SelectionFlags {
  readonly showRequest?: boolean
  readonly yes?: boolean
}

/** `spenddown try [JOB]`: 0 where nothing was to be sent; otherwise as `run` ends. */
export async function tryCommand(job: string | undefined, flags: TryFlags, host: Host): Promise<number> {
  const config = await readConfig(flags)
  // What a log tells of a run at `info` is shown here, and more.
  const log = await commandLog(config, { ...flags, quiet: true }, host)
  const signal = abortedBySignals(host)
  const confirm = (shown: TriedCall) => {
    if (!flags.json) printLines(describeRequest(shown))
    return mayBeSent(flags, signal)
  }
  const { call, run } = await tryRecord(config, { job, ...(await readSelection(flags)) }, { log, confirm, signal })
  say(flags, call, () =>
    run === null
      ? ['', 'nothing was sent; `spenddown try --yes` sends it']
      : [...describeResult(call), '', ...describeSummary(run)],
  )
  return run === null ? 0 : exitCodeOfRun(run)
}

/** Without a terminal there is nobody to ask, and with --json no place to. */
async function mayBeSent({ showRequest, yes, json }: TryFlags, signal: AbortSignal): Promise<boolean> {
  if (showRequest || signal.aborted) return false
  if (yes) return true
  if (json || !isAttended()) return false
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await new Promise<string>((resolve) => {
    asking.once('close', () => resolve(''))
    asking.question('\nSend it? [y/N] ', resolve)
  })
  asking.close()
  return /^y(es)?$/i.test(answer.trim())
}

/** Headers that say what a reply means, and what was charged; the others say how it travelled. */
const TOLD_HEADERS = /^(content-type$|location$|retry-after$|ratelimit|x-)/
const MOST_HEADERS = 10
const MOST_LINES = 80
const LONGEST_LINE = 400

/** Whoever tries a record may still be looking for the right config. */
const ADVICE: Readonly<Record<string, readonly string[]>> = {
  notFound: [
    "a wrong path looks like this too: compare the request with the vendor's page",
    'the record cools down; to try it again: `spenddown cooldown clear --outcome not-found`',
  ],
  failed: [
    'compare `records.update` and `vendor.single.data` or `vendor.bulk.results` with the reply',
    'the record cools down; to try it again: `spenddown cooldown clear --outcome failed`',
  ],
}

/** What is about to be sent, as a command that can be pasted, and what it may cost. */
function describeRequest({ request, maxCost }: TriedCall): string[] {
  return [...section('Request', curl(request)), '', ...section('May cost', [`${counted(maxCost, 'credit')} at most`])]
}

/** What came of it; what there was none of is left out. */
export function describeResult({ reply, outcome, reason, cost, columns }: TriedCall): string[] {
  const why = reason === undefined ? '' : `: ${reason}`
  const came = reply === undefined ? [`nothing was sent${why}`] : reply === null ? ['none came'] : describeReply(reply)
  const sections = [
    section('Reply', came),
    ...(outcome === undefined
      ? []
      : [section('Outcome', [`${outcome ?? 'none yet'}${why}`, ...(ADVICE[outcome ?? ''] ?? [])])]),
    ...(cost === undefined ? [] : [section('Cost', [counted(cost, 'credit')])]),
    ...(columns === undefined ? [] : [section('Columns', describeColumns(columns))]),
  ]
  return sections.flatMap((lines) => ['', ...lines])
}

function section(title: string, lines: readonly string[]): string[] {
  return [title, ...lines.map((line) => (line === '' ? '' : `  ${line}`))]
}

function curl({ method, url, headers, body }: TriedCall['request']): string[] {
  const parts = [
    `curl -X ${method} ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `  -H ${quoted(`${name}: ${value}`)}`),
    ...(body === null ? [] : [`  --data-raw ${quoted(typeof body === 'string' ? body : JSON.stringify(body))}`]),
  ]
  return parts.map((part, at) => (at === parts.length - 1 ? part : `${part} \\`))
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function describeReply({ status, headers, body }: TriedReply): string[] {
  const told = Object.entries(headers).filter(([name]) => TOLD_HEADERS.test(name))
  const text = typeof body === 'string' ? body : JSON.stringify(body, null, 2)
  const lines = text.split('\n')
  return [
    `status ${status}`,
    ...told.slice(0, MOST_HEADERS).map(([name, value]) => `${name}: ${String(value)}`),
    '',
    ...lines.slice(0, MOST_LINES).map(cut),
    ...(lines.length > MOST_LINES ? [`… ${lines.length - MOST_LINES} more lines: --json has them`] : []),
  ]
}

function describeColumns(columns: readonly TriedColumn[]): string[] {
  const width = Math.max(...columns.map(({ column }) => column.length))
  return columns.map(({ column, from, to, changed }) => {
    const values = changed ? `${valueWords(from)} → ${valueWords(to)}` : `${valueWords(from)}, as before`
    return cut(`${column.padEnd(width)}  ${values}`)
  })
}

function cut(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line
}
