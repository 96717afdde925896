import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The Chromium of this machine; null: there is none. */
export function findChromium(env: Readonly<Record<string, string | undefined>>): string | null {
  const named = env.SPENDDOWN_TEST_CHROMIUM
  if (named !== undefined && named !== '') return isProgram(named) ? named : null
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram) ?? null
}

export const NO_CHROMIUM = 'no Chromium is on the PATH; SPENDDOWN_TEST_CHROMIUM names one'

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
