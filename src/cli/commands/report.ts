import { createWriteStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { csvReport, makeReport } from '../../app/report/report.ts'
import { writeWhole } from '../../app/report/write-whole.ts'
import type { Config } from '../../config/config.ts'
import { InputError } from '../../domain/errors/errors.ts'
import { nearestName } from '../../domain/errors/problem.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { REPORT_FORMATS, type ReportFormat, reportText } from '../../report/formats/formats.ts'
import { configIn, type ReadConfig, readAnyConfig, type ScopeFlags, scopeOf } from '../flags.ts'
import { printJson, printLine } from '../print.ts'

export interface ReportFlags extends ScopeFlags {
  readonly out?: string
  readonly format?: string
  readonly since?: string
}

/** `spenddown report [RUN]`: what a run came to, or all accounts of a config of many, as a file or on stdout. */
export async function reportCommand(runId: string | undefined, flags: ReportFlags): Promise<number> {
  const format = formatOf(flags)
  const { out } = flags
  const read = await readAnyConfig(flags)
  const write = (pieces: Pieces) => (out === undefined ? toStdout(pieces) : toPath(out, pieces))
  if (read.kind === 'many' && runId === undefined && read.names.length !== 1)
    await reportAll(read, flags, format, write)
  else if (flags.since !== undefined) throw onlyForMany(flags.since)
  else await reportRun(await configIn(read, runId), runId ?? null, flags, format, write)
  if (out !== undefined && flags.json) printJson({ report: out, format })
  else if (out !== undefined) printLine(out)
  return 0
}

type Write = (pieces: Pieces) => Promise<void>

async function reportRun(config: Config, runId: string | null, flags: ReportFlags, format: ReportFormat, write: Write) {
  const scope = scopeOf(config, flags)
  if (format === 'csv') await csvReport(scope, runId, write)
  else await write([reportText(await makeReport(config, runId, Date.now(), scope.vendor), format)])
}

/** Of many accounts without one being named: what all of them came to. */
async function reportAll(
  { fleet, names }: ReadConfig & { readonly kind: 'many' },
  flags: ReportFlags,
  format: ReportFormat,
  write: Write,
): Promise<void> {
  const [{ reportAccounts }, { accountsReportText }] = await Promise.all([
    import('../../app/fleet/report-accounts.ts'),
    import('../../report/accounts-report.ts'),
  ])
  const now = Date.now()
  const since = flags.since === undefined ? now - MONTH_MS : instantOf(flags.since)
  await write(accountsReportText(await reportAccounts(fleet, names, { since, now }), format))
}

const MONTH_MS = 31 * 24 * 60 * 60_000

function instantOf(text: string): number {
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return at
  throw refusal('--since', JSON.stringify(text), 'a day, such as 2026-11-01, or an instant of ISO 8601')
}

function onlyForMany(found: string): InputError {
  const hint = 'The report of one run has all of it.'
  return refusal('--since', found, 'nothing, but for a report over many accounts (docs/accounts.md)', hint)
}

/** `--format`, else the extension of `--out`, else what `--json` asks for; a page is not for a terminal. */
function formatOf({ format, out, json }: ReportFlags): ReportFormat {
  const extension = out === undefined ? '' : extname(out).slice(1).toLowerCase()
  const [named, path] =
    format !== undefined
      ? [format, '--format']
      : extension !== ''
        ? [extension, '--out']
        : [json ? 'json' : out === undefined ? 'md' : '', '--out']
  const found = REPORT_FORMATS.find((each) => each === (ALIASES[named] ?? named))
  if (found === undefined) throw unknownFormat(path, named)
  if (found !== 'html' || out !== undefined) return found
  throw refusal('--out', 'nothing', 'the path of a file, such as run.html', 'A page is not for a terminal.')
}

function unknownFormat(path: string, named: string): InputError {
  const nearest = nearestName(named, REPORT_FORMATS)
  const hint = nearest === undefined ? '`--format` says it where the name does not.' : `Did you mean ${nearest}?`
  return refusal(path, named === '' ? 'no extension' : JSON.stringify(named), REPORT_FORMATS.join(', '), hint)
}

const ALIASES: Readonly<Record<string, string>> = { htm: 'html', markdown: 'md' }

function refusal(path: string, found: string, allowed: string, hint?: string): InputError {
  return new InputError('REPORT_INVALID', [{ path, found, allowed, ...(hint !== undefined && { hint }) }])
}

type Pieces = AsyncIterable<string> | Iterable<string>

/** Replaces a file whole, also behind a link; writes into what is no file (a pipe, /dev/stdout). Throws InputError. */
export async function toPath(path: string, pieces: Pieces): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found === null || found.isDirectory()) return writeWhole(path, pieces)
  if (found.isFile()) return writeWhole(await realpath(path), pieces)
  await tolerant(pipeline(pieces, createWriteStream(path)), path)
}

/** Whoever reads it may have seen enough: `| head`. */
async function toStdout(pieces: Pieces): Promise<void> {
  const shown = process.stdout.isTTY === true ? visible(pieces) : pieces
  await tolerant(pipeline(shown, process.stdout, { end: false }), 'stdout')
}

/** On a terminal what others sent moves no cursor; in a file or a pipe it stays as it is. */
export async function* visible(pieces: Pieces): AsyncGenerator<string> {
  for await (const piece of pieces) yield piece.replace(/[^\t\r\n]+/g, escapedText)
}

async function tolerant(writing: Promise<void>, path: string): Promise<void> {
  try {
    await writing
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException
    if (code === 'EPIPE') return
    if (syscall !== 'open') throw error
    const allowed = 'the path of a file that can be written'
    throw new InputError('REPORT_NOT_WRITTEN', [{ path, found: message, allowed }])
  }
}
