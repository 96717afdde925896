import type { ImportSummary } from '../app/import/import-controls.ts'

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** An import's summary in words. */
export function describeImport(summary: ImportSummary): string[] {
  const n = (value: number) => number.format(value)
  const { read, inserted, changed, unchanged, rejected, skipped, seconds, dryRun } = summary
  const rate = seconds > 0 ? ` · ${n(Math.round(read / seconds))} lines a second` : ''
  const counts = [
    `${n(inserted)} ${dryRun ? 'would be ' : ''}new`,
    `${n(changed)} ${dryRun ? 'would be ' : ''}changed`,
    `${n(unchanged)} unchanged`,
    ...(rejected > 0 ? [`${n(rejected)} REJECTED`] : []),
    ...(skipped > 0 ? [`${n(skipped)} skipped`] : []),
  ]
  return [
    `${summary.file} → ${summary.table}${dryRun ? ' · dry run: nothing was written' : ''}`,
    ...(summary.resumedAtLine === null ? [] : [`  gone on with at line ${n(summary.resumedAtLine)}`]),
    `  lines    ${n(read)} read: ${counts.join(', ')}`,
    `  time     ${n(seconds)} s${rate}`,
    ...rejects(summary),
    ...ending(summary),
  ]
}

function rejects({ rejected, rejectsFile, rejects = [] }: ImportSummary): string[] {
  if (rejectsFile !== null) return [`  rejected lines, with the reasons: ${rejectsFile}`]
  const shown = rejects.map(({ line, reason }) => `  line ${number.format(line)}: ${reason}`)
  return rejected > rejects.length && rejects.length > 0 ? [...shown, '  …'] : shown
}

function ending({ status, stopReason, nextLine, file }: ImportSummary): string[] {
  const where = nextLine === null ? '' : ` before line ${number.format(nextLine)}; the same command goes on there`
  if (stopReason === 'limit-reached') return [`  stopped at the limit${where}`]
  if (status === 'completed') return []
  return [`  interrupted${where === '' && file === '-' ? '; standard input cannot be gone on with' : where}`]
}
