import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Thread } from './thread.ts'

interface Served {
  die(): Promise<void>
  /** The thread's id. */
  ask(): Promise<number>
  close(): Promise<void>
}

/** A thread that answers `ask`, and dies of an error of its own at `die`. */
function started(entry = newEntry()): Served {
  const thread = Thread.start(pathToFileURL(entry))
  if (thread === null) throw new Error('no thread')
  return thread.object<Served>()
}

function newEntry(): string {
  const entry = join(mkdtempSync(join(tmpdir(), 'spenddown-thread-')), 'entry.mjs')
  writeFileSync(
    entry,
    `import { parentPort, threadId } from 'node:worker_threads'
     parentPort.on('message', ({ id, method }) => {
       if (method === 'die') throw new Error('a bug')
       parentPort.postMessage({ id, value: threadId })
     })`,
  )
  return entry
}

// In the processes of tests threads are kept.
beforeAll(() => Thread.keepIdle(false))
afterAll(() => Thread.keepIdle())

test('a thread that dies fails all that was asked, and all that is asked from then on, with what it died of', async () => {
  const thread = started()
  expect(await thread.ask()).toBeGreaterThan(0)
  await expect(thread.die()).rejects.toThrow('a bug')
  await expect(thread.ask()).rejects.toThrow('a bug')
  await thread.close()
})

test('a thread that was closed is asked nothing', async () => {
  const thread = started()
  await thread.close()
  await expect(thread.ask()).rejects.toThrow('has ended')
})

test('where threads are kept, the next start has the one that was closed; one that died it has not', async () => {
  Thread.keepIdle()
  const entry = newEntry()
  const first = started(entry)
  const id = await first.ask()
  await first.close()
  const second = started(entry)
  expect(await second.ask()).toBe(id)
  await expect(second.die()).rejects.toThrow('a bug')
  await second.close()
  expect(await started(entry).ask()).not.toBe(id)
  Thread.keepIdle(false)
})

test('no thread where its code is not built', () => {
  expect(Thread.start(new URL('./no-such-entry.js', import.meta.url))).toBeNull()
})
