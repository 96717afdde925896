import { execFileSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { InputError } from '../../domain/errors/errors.ts'
import { type ReportFlags, reportCommand, toPath, visible } from './report.ts'

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

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spenddown-report-out-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a pipe is written into, and stays one', async () => {
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const read = readFile(pipe, 'utf8')
  await toPath(pipe, ['a', 'b'])
  expect(statSync(pipe).isFIFO()).toBe(true)
  expect(await read).toBe('ab')
})

test('what a link leads to is replaced, and the link stays', async () => {
  const [file, link] = [join(folder, 'file.md'), join(folder, 'latest.md')]
  writeFileSync(file, 'of before')
  symlinkSync('file.md', link)
  await toPath(link, ['new'])
  expect(lstatSync(link).isSymbolicLink()).toBe(true)
  expect(readFileSync(file, 'utf8')).toBe('new')
})

test('a folder, and a file in a folder that is not there, are refused', async () => {
  await expect(toPath(folder, ['x'])).rejects.toMatchObject({ code: 'REPORT_NOT_WRITTEN' })
  await expect(toPath(join(folder, 'no', 'file.md'), ['x'])).rejects.toMatchObject({ code: 'REPORT_NOT_WRITTEN' })
})

test('on a terminal nothing moves the cursor or turns the line around; lines and cells stay', async () => {
  const shown: string[] = []
  for await (const piece of visible(['1,\u001b[31mred,\u202egnp\r\n', '2\tb\n'])) shown.push(piece)
  expect(shown).toEqual(['1,\\u001b[31mred,\\u202egnp\r\n', '2\tb\n'])
})
