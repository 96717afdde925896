import type { TriedCall, TriedColumn, TriedReply } from '../app/run/tried-call.ts'
import { figure } from '../domain/figure.ts'

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
export function describeRequest({ request, maxCost }: TriedCall): string[] {
  return [...section('Request', curl(request)), '', ...section('May cost', [`${credits(maxCost)} at most`])]
}

/** What came of it; what there was none of is left out. */
export function describeResult({ reply, outcome, reason, cost, columns }: TriedCall): string[] {
  const why = reason === undefined ? '' : `: ${reason}`
  const sections = [
    ...(reply === undefined ? [section('Reply', [`nothing was sent${why}`])] : []),
    ...(reply === null ? [section('Reply', ['none came'])] : []),
    ...(reply === undefined || reply === null ? [] : [section('Reply', describeReply(reply))]),
    ...(outcome === undefined
      ? []
      : [section('Outcome', [`${outcome ?? 'none yet'}${why}`, ...(ADVICE[outcome ?? ''] ?? [])])]),
    ...(cost === undefined ? [] : [section('Cost', [credits(cost)])]),
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
    ...(body === null ? [] : [`  -d ${quoted(JSON.stringify(body))}`]),
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
    const values = changed ? `${shown(from)} → ${shown(to)}` : `${shown(from)}, as before`
    return cut(`${column.padEnd(width)}  ${values}`)
  })
}

function shown(value: unknown): string {
  return value === null ? 'NULL' : JSON.stringify(value)
}

function cut(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line
}

function credits(amount: number): string {
  return `${figure(amount)} ${amount === 1 ? 'credit' : 'credits'}`
}
