import { expect, test } from 'vitest'
import { InputError } from '../domain/errors.ts'
import { type ReportFlags, reportCommand } from './report-command.ts'

async function refused(flags: ReportFlags): Promise<string> {
  const error = await reportCommand(undefined, flags).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(InputError)
  return (error as InputError).message
}

test.each<[ReportFlags, string]>([
  [{ format: 'htm1', out: 'x' }, '--format: found "htm1"; allowed: html, md, json, csv. Did you mean html?'],
  [{ out: 'run.pdf' }, '--out: found "pdf"; allowed: html, md, json, csv. `--format` says it where the name does not.'],
  [{ out: 'run' }, '--out: found no extension; allowed: html, md, json, csv. `--format` says it'],
  [{ format: 'html' }, '--out: found nothing; allowed: the path of a file, such as run.html. A page is not for a'],
  [{ format: 'constructor', out: 'x' }, '--format: found "constructor"'],
])('%j is refused before anything is read: %s', async (flags, said) => {
  expect(await refused(flags)).toContain(said)
})

test('what is allowed goes on to the config', async () => {
  const config = '/nowhere/spenddown.config.ts'
  for (const flags of [{}, { json: true }, { out: 'a.HTM' }, { out: 'a.markdown' }, { format: 'csv' }])
    expect(await refused({ ...flags, config })).toContain('/nowhere')
})
