import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { filesOfTheTier, inTier, SLOW } from './test/support/tier.ts'

const ROOT = dirname(fileURLToPath(import.meta.url))
const [SRC, BUILD] = [join(ROOT, 'src'), join(ROOT, 'build')]

/**
 * Tests run what is built, as Node loads it: the database has its thread, as it has where spenddown is installed, and a
 * process that runs many files of tests loads each module once.
 */
function testsOfTheBuild(): Plugin {
  return {
    name: 'tests-of-the-build',
    enforce: 'pre',
    resolveId(source, importer) {
      if (importer === undefined || !source.startsWith('.')) return null
      const path = relative(SRC, resolve(dirname(importer), source))
      if (path.startsWith('..') || !path.endsWith('.ts') || path.endsWith('.test.ts')) return null
      const built = join(BUILD, path.replace(/\.ts$/, '.js'))
      return existsSync(built) ? { id: built, external: true } : null
    },
  }
}

/** What waits for processes begins first: last, one such file would keep one worker busy, and the others idle. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.test(relative(ROOT, moduleId).replaceAll('\\', '/'))
    const sorted = await super.sort(files)
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
  }
}

/** Tests of real time come after all others: those that wait for a reset, then those of the pace, which a load would slow. */
const isOfRealTime = (file: string) => file.startsWith('test/clock/')
const waitsForReset = (file: string) => file.startsWith('test/clock/deadline')
/** Tests that set up a database's server otherwise: it serves all others, so they come last, one at a time. */
const isOfServer = (file: string) => file.startsWith('test/server/')
const files = filesOfTheTier(ROOT)
const project = (name: string, include: string[], more: object = {}) => ({
  extends: true as const,
  test: { name, include, ...more },
})

export default defineConfig({
  plugins: [testsOfTheBuild()],
  test: {
    projects: [
      project(
        'all',
        files.filter((file) => !isOfRealTime(file) && !isOfServer(file)),
      ),
      ...inTier(
        [],
        [
          project('resets', files.filter(waitsForReset), { maxWorkers: 4, sequence: { groupOrder: 1 } }),
          project(
            'clock',
            files.filter((file) => isOfRealTime(file) && !waitsForReset(file)),
            { maxWorkers: 2, sequence: { groupOrder: 2 } },
          ),
        ],
      ),
      project('server', files.filter(isOfServer), { maxWorkers: 1, sequence: { groupOrder: 3 } }),
    ],
    pool: 'forks',
    // Modules have no state: a process loads each once, whatever file of tests it comes to next.
    isolate: false,
    // One more than the cores of a small machine: tests wait for vendors and databases, and each worker warms up by itself. Of
    // the full tier's they mostly wait for processes.
    maxWorkers: inTier(4, 6),
    sequence: { sequencer: SlowFirst },
    // Nothing is timed by these: a machine that does ten other things takes ten times as long to start a process.
    testTimeout: inTier(90_000, 300_000),
    hookTimeout: inTier(90_000, 300_000),
    expect: { poll: { timeout: 60_000 } },
    server: { deps: { external: [/[\\/]build[\\/]/] } },
    setupFiles: ['test/support/keep-threads.ts'],
    globalSetup: ['test/support/services.ts'],
    reporters: ['default', './test/support/last-line-reporter.ts'],
  },
})
