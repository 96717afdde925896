import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FULL = process.env.SPENDDOWN_TESTS === 'full'

/** What `npm test` does within minutes, or what `npm run test:full` does: more seeds, zones, databases, kills. */
export function inTier<T>(quick: T, full: T): T {
  return FULL ? full : quick
}

/** What takes its time: processes that are killed, every command as a process, a browser, clocks, whole stories. */
export const SLOW = /^test\/(browser|clock|contract|crash|pace)\/|\.full\.test\.ts$/
/** A few commands as processes are in `npm test`. */
const COMMANDS = 'test/contract/exit-codes.test.ts'
/** One database in `npm test`, the other in the full tier: what has this in the full tier alone would miss the first. */
export const SHARED_OUT = /\b(onEachStage|onEachDesk|onEachDatabaseInFull)\b/

/** All files of tests, from the project's root. */
export function testFiles(root: string): string[] {
  return ['src', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  )
}

/** `npm test` and the full tier together are everything. */
export function filesOfTheTier(root: string): string[] {
  const hasMore = (file: string) => {
    const text = readFileSync(join(root, file), 'utf8')
    return text.includes('inTier(') || SHARED_OUT.test(text)
  }
  const isSlow = (file: string) => SLOW.test(file) && file !== COMMANDS
  return testFiles(root).filter((file) => inTier(!isSlow(file), isSlow(file) || hasMore(file)))
}
