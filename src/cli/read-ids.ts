import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { InputError, messageOf } from '../domain/errors.ts'

/** The keys that `--ids` and `--ids-file` name, one a line; null if neither was given. `-` is standard input. */
export async function readIds(ids: string | undefined, file: string | undefined): Promise<string[] | null> {
  if (ids === undefined && file === undefined) return null
  const keys = ids === undefined ? [] : ids.split(',')
  if (file === undefined) return keys
  const stream = file === '-' ? process.stdin : createReadStream(file)
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) keys.push(line)
  } catch (error) {
    const found = messageOf(error)
    throw new InputError('IDS_UNREADABLE', [{ path: '--ids-file', found, allowed: 'a file that can be read, or -' }])
  }
  return keys
}
