import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { Thread } from './thread.ts'

interface Served {
  die(): Promise<void>
  ask(): Promise<string>
  close(): Promise<void>
}

/** A thread that answers `ask`, and dies of an error of its own at `die`. */
function started(): Served {
  const entry = join(mkdtempSync(join(tmpdir(), 'spenddown-thread-')), 'entry.mjs')
  writeFileSync(
    entry,
    `import { parentPort } from 'node:worker_threads'
     parentPort.on('message', ({ id, method }) => {
       if (method === 'die') throw new Error('a bug')
       parentPort.postMessage({ id, value: 'answer' })
     })`,
  )
  const thread = Thread.start(pathToFileURL(entry))
  if (thread === null) throw new Error('no thread')
  return thread.object<Served>()
}

test('a thread that dies fails all that was asked, and all that is asked from then on, with what it died of', async () => {
  const thread = started()
  expect(await thread.ask()).toBe('answer')
  await expect(thread.die()).rejects.toThrow('a bug')
  await expect(thread.ask()).rejects.toThrow('a bug')
  await thread.close()
})

test('a thread that was closed is asked nothing', async () => {
  const thread = started()
  await thread.close()
  await expect(thread.ask()).rejects.toThrow('has ended')
})

test('no thread where its code is not built', () => {
  expect(Thread.start(new URL('./no-such-entry.js', import.meta.url))).toBeNull()
})
