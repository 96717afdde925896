import { constants } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { InputError, messageOf, SpenddownError } from '../../domain/errors/errors.ts'
import type { Reject } from '../../import/ports.ts'

/** Every line of a rejects file begins so: whatever begins otherwise is somebody else's file. */
const BEGINS = '{"line":'

/**
 * Where rejected lines go, each with its number and the reason, as JSON lines. Only what a transaction has committed
 * counts: whatever stands behind it (a kill came before the commit) is cut off, or written over.
 */
export type RejectsFile = Awaited<ReturnType<typeof openRejects>>

/** Opens the file, or makes it, for its owner alone to read: it holds people's data. Keeps so many bytes of it. */
export async function openRejects(path: string, committed: number) {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600).catch((error: Error) => {
    throw refused(path, error.message)
  })
  try {
    await checkOwn(handle, path, committed)
    await handle.truncate(committed)
  } catch (error) {
    await handle.close()
    throw error
  }
  return {
    write: (rejects: readonly Reject[], from: number) => write(handle, rejects, from),
    /** Deletes an empty file. Cuts nothing off: what the last transaction came to may be known only at a restart. */
    async close(empty: boolean): Promise<void> {
      await handle.close()
      if (empty) await rm(path, { force: true })
    },
  }
}

/** Writes lines from that byte on, and waits until the disk has them. Answers where the next would begin. */
async function write(handle: FileHandle, rejects: readonly Reject[], from: number): Promise<number> {
  if (rejects.length === 0) return from
  const bytes = Buffer.from(rejects.map(({ line, reason, text }) => `${lineOf(line, reason, text)}\n`).join(''))
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, from + done)
      done += bytesWritten
    }
    await handle.datasync()
  } catch (cause) {
    throw new SpenddownError('REJECTS_UNWRITABLE', `the rejects file cannot be written: ${messageOf(cause)}`, { cause })
  }
  return from + bytes.length
}

function lineOf(line: number, reason: string, text: string): string {
  return `${BEGINS}${line},"reason":${JSON.stringify(reason)},"text":${JSON.stringify(text)}}`
}

async function checkOwn(handle: FileHandle, path: string, committed: number): Promise<void> {
  const stats = await handle.stat()
  if (!stats.isFile()) throw refused(path, 'no file')
  if (stats.size < committed) throw refused(path, 'less than the interrupted import has written there', LOST)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGINS.length), 0, BEGINS.length, 0)
  if (bytesRead > 0 && buffer.toString('utf8') !== BEGINS) throw refused(path, 'a file that spenddown did not write')
}

const LOST =
  'Put the file back, or name another with --rejects: the import then starts over, which changes nothing twice.'

function refused(path: string, found: string, hint?: string): InputError {
  const problem = { path: '--rejects', found: `${path}: ${found}`, allowed: 'a path for a file of rejected lines' }
  return new InputError('REJECTS_UNWRITABLE', [hint === undefined ? problem : { ...problem, hint }])
}
