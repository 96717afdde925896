import { randomBytes } from 'node:crypto'
import { constants, copyFileSync, linkSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { InputError } from '../../domain/errors/errors.ts'

export interface NewFile {
  readonly path: string
  readonly text: string
  readonly mode: number
}

/** Writes new files, each whole, all or none; never over one that is there. Throws InputError. */
export function writeNew(files: readonly NewFile[]): void {
  const written: string[] = []
  for (const file of files) {
    try {
      writeOne(file)
      written.push(file.path)
    } catch (error) {
      for (const path of written) rmSync(path, { force: true })
      const { code, message } = error as NodeJS.ErrnoException
      if (code === undefined) throw error
      const found = code === 'EEXIST' ? 'a file that has just come there' : message
      throw new InputError('INIT_NOT_WRITTEN', [{ path: file.path, found, allowed: 'a new file in a folder of yours' }])
    }
  }
}

/** A link, unlike a rename, fails where the name is taken. */
function writeOne({ path, text, mode }: NewFile): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`)
  try {
    writeFileSync(temporary, text, { flag: 'wx', mode, flush: true })
    try {
      linkSync(temporary, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
      // Some file systems have no links.
      copyFileSync(temporary, path, constants.COPYFILE_EXCL)
    }
  } finally {
    rmSync(temporary, { force: true })
  }
}
