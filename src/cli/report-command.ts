import { extname } from 'node:path'
import { makeReport } from '../app/report/report.ts'
import { csvReport } from '../app/report/report-csv.ts'
import { InputError } from '../domain/errors.ts'
import { nearestName } from '../domain/problem.ts'
import { REPORT_FORMATS, type ReportFormat, reportText } from '../report/formats.ts'
import type { ScopeFlags } from './flags.ts'
import { printJson, printLine } from './print.ts'
import { readConfig } from './read-config.ts'
import { type Pieces, toPath, toStdout } from './report-out.ts'

export interface ReportFlags extends ScopeFlags {
  readonly out?: string
  readonly format?: string
}

/** `spenddown report [RUN]`: what a run came to, as a file or on stdout. */
export async function reportCommand(runId: string | undefined, flags: ReportFlags): Promise<number> {
  const format = formatOf(flags)
  const { out } = flags
  const config = await readConfig(flags.config)
  const vendor = flags.allVendors ? null : config.vendor.name
  const write = (pieces: Pieces) => (out === undefined ? toStdout(pieces) : toPath(out, pieces))
  if (format === 'csv') await csvReport(config, vendor, runId ?? null, write)
  else await write([reportText(await makeReport(config, runId ?? null, Date.now(), vendor), format)])
  if (out !== undefined && flags.json) printJson({ report: out, format })
  else if (out !== undefined) printLine(out)
  return 0
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

function refusal(path: string, found: string, allowed: string, hint: string): InputError {
  return new InputError('REPORT_INVALID', [{ path, found, allowed, hint }])
}
