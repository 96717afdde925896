import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node'
import { NO_CHROMIUM } from './machine/chromium.ts'
import { NO_FAKETIME } from './machine/faketime.ts'

/**
 * Ends the output with what a machine reads: `N passed, N failed, N skipped`, alone on the last line. Before it, what
 * was skipped and why, and what passed only at the second try. A file that could not be loaded counts as one failure.
 */
export default class LastLineReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[], reason: TestRunEndReason): void {
    const { passed, failed, skipped, retried } = count(modules, errors.length)
    const { postgresqlMissing, mysqlMissing, redisMissing, terminalMissing, chromium, faketime } =
      this.#vitest?.getRootProject().getProvidedContext() ?? {}
    const lines = ['']
    if (reason === 'interrupted') lines.push('Interrupted: not all tests ran.')
    if (postgresqlMissing) lines.push(`Tests on PostgreSQL were skipped: ${postgresqlMissing}.`)
    if (mysqlMissing) lines.push(`Tests on MySQL and MariaDB were skipped: ${mysqlMissing}.`)
    if (redisMissing) lines.push(`Tests with Redis were skipped: ${redisMissing}.`)
    if (terminalMissing) lines.push(`Tests on a terminal were skipped: ${terminalMissing}.`)
    if (chromium === null) lines.push(`Tests in a browser were skipped: ${NO_CHROMIUM}.`)
    if (faketime === null) lines.push(`Tests with a clock that is set were skipped: ${NO_FAKETIME}.`)
    for (const [file, names] of skipped) lines.push(`Skipped in ${file}: ${names.length} (${shorten(names)})`)
    for (const name of retried) lines.push(`Passed only when tried again, which wants an explanation: ${name}`)
    const skips = [...skipped.values()].reduce((sum, names) => sum + names.length, 0)
    // At the exit, so that it comes after the default reporter's own summary. A run that fails before its first test
    // (a setup that throws) has no failed test; it still counts as one failure.
    process.once('exit', (code) => {
      lines.push(`${passed} passed, ${code === 0 ? failed : Math.max(failed, 1)} failed, ${skips} skipped`)
      process.stdout.write(`${lines.join('\n')}\n`)
    })
  }
}

function count(modules: readonly TestModule[], errors: number) {
  const skipped = new Map<string, string[]>()
  let passed = 0
  let failed = errors
  const retried: string[] = []
  for (const module of modules) {
    failed += module.errors().length
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (test.diagnostic()?.flaky) retried.push(`${module.relativeModuleId} › ${test.fullName}`)
      if (state === 'passed') passed += 1
      else if (state === 'failed') failed += 1
      else skipped.set(module.relativeModuleId, [...(skipped.get(module.relativeModuleId) ?? []), test.fullName])
    }
  }
  return { passed, failed, skipped, retried }
}

function shorten(names: readonly string[]): string {
  return names.length <= 3 ? names.join('; ') : `${names.slice(0, 3).join('; ')}; …`
}
