import { rmSync, writeFileSync } from 'node:fs'
import { InputError } from '../../domain/errors/errors.ts'

export interface NewFile {
  readonly path: string
  readonly text: string
  readonly mode: number
}

/**
 * Writes new files, all or none. One that is there already is never touched: not even if it comes meanwhile. Throws
 * InputError where one cannot be written.
 */
export function writeNew(files: readonly NewFile[]): void {
  const written: string[] = []
  for (const { path, text, mode } of files) {
    try {
      writeFileSync(path, '', { flag: 'wx', mode })
      written.push(path)
      writeFileSync(path, text, { flush: true })
    } catch (error) {
      for (const each of written) rmSync(each, { force: true })
      const { code, message } = error as NodeJS.ErrnoException
      if (code === undefined) throw error
      const found = code === 'EEXIST' ? 'a file that has just come there' : message
      throw new InputError('INIT_NOT_WRITTEN', [{ path, found, allowed: 'a new file in a folder of yours' }])
    }
  }
}
