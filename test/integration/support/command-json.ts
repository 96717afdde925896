import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { main } from '../../../src/cli/main.ts'
import type { SpenddownConfig } from '../../../src/index.ts'

/** What a command prints with --json, run in this process with a config that holds functions of the test. */
export async function commandJson(config: SpenddownConfig, ...command: string[]): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'spenddown-command-'))
  const file = join(folder, 'spenddown.config.mjs')
  writeFileSync(file, 'export default globalThis.configOfTheTest\n')
  Object.assign(globalThis, { configOfTheTest: config })
  let printed = ''
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text
    return true
  })
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const argv = [...command, '--json', '--quiet', '--config', file]
    await main({ argv, noColor: true, dumbTerminal: true, onSignals: () => {} })
    return JSON.parse(printed)
  } finally {
    for (const spy of [stdout, stderr]) spy.mockRestore()
    rmSync(folder, { recursive: true, force: true })
  }
}
