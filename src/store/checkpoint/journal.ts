import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { FinishedCall } from '../../refresh/ports/calls.ts'
import type { Journal } from '../../refresh/ports/journal.ts'

/** A file a run: one finished call a line. Only its owner may read it, since it holds people's data. */
export function fileJournal(folder: string): Journal {
  const fileOf = (runId: string) => join(folder, `spenddown-journal-${runId}.jsonl`)
  return {
    async write(runId, finished) {
      const file = fileOf(runId)
      await mkdir(folder, { recursive: true })
      // One handle from start to end: whoever took the run over may remove the file meanwhile. It begins a line of its
      // own, since the one before may have been cut off.
      const handle = await open(file, 'a', 0o600)
      try {
        await handle.appendFile(finished.map((call) => `\n${JSON.stringify(call)}`).join(''))
        await handle.sync()
      } finally {
        await handle.close()
      }
      return file
    },
    async read(runId) {
      return parse(await readFile(fileOf(runId), 'utf8').catch(absent))
    },
    async remove(runId) {
      await rm(fileOf(runId), { force: true })
    },
  }
}

/** A last line that was cut off (a full disk, a kill) is left out: its call counts as unknown. */
function parse(text: string): FinishedCall[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as FinishedCall]
    } catch {
      return []
    }
  })
}

function absent(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return ''
  throw error
}
