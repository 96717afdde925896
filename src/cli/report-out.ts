import { createWriteStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { writeWhole } from '../app/report/write-whole.ts'
import { InputError } from '../domain/errors.ts'
import { escapedText } from '../domain/escaped-text.ts'

export type Pieces = AsyncIterable<string> | Iterable<string>

/**
 * A file is replaced whole, the one that a link leads to where it is one. What is no file (a pipe, /dev/stdout) is
 * written into: to put a file in its place would take it from everybody. Throws InputError where it cannot be written.
 */
export async function toPath(path: string, pieces: Pieces): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found === null || found.isDirectory()) return writeWhole(path, pieces)
  if (found.isFile()) return writeWhole(await realpath(path), pieces)
  await tolerant(pipeline(pieces, createWriteStream(path)), path)
}

/** Whoever reads it may have seen enough: `| head`. */
export async function toStdout(pieces: Pieces): Promise<void> {
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
