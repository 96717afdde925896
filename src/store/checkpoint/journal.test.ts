import { mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FinishedCall } from '../../refresh/ports/calls.ts'
import { fileJournal } from './journal.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spenddown-journal-'))
})
afterEach(() => rm(folder, { recursive: true }))

const call = (n: number): FinishedCall => ({ n, items: [] }) as unknown as FinishedCall
const read = async (runId: string) => (await fileJournal(folder).read(runId)).map(({ n }) => n)

test('gives back what was written, in order, and nothing once it is removed', async () => {
  const journal = fileJournal(join(folder, 'made', 'for', 'it'))
  const file = await journal.write('a', [call(1), call(2)])
  await journal.write('a', [call(3)])
  expect((await journal.read('a')).map(({ n }) => n)).toEqual([1, 2, 3])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await journal.remove('a')
  expect(await journal.read('a')).toEqual([])
})

test('a line that was cut off costs its own call and not the next one', async () => {
  const file = await fileJournal(folder).write('a', [call(1), call(2)])
  await truncate(file, (await readFile(file)).length - 3)
  await fileJournal(folder).write('a', [call(3)])
  expect(await read('a')).toEqual([1, 3])
})

test('may be removed by whoever took the run over while it is being written', async () => {
  const [ours, theirs] = [fileJournal(folder), fileJournal(folder)]
  const writes = Promise.all(Array.from({ length: 200 }, (_, n) => ours.write('a', [call(n)])))
  let written = false
  const removals = (async () => {
    while (!written) await theirs.remove('a')
  })()
  await writes.finally(() => {
    written = true
  })
  await removals
})
