import type { ImportControls, ImportHandle, ImportRequest } from '../app/import/import-controls.ts'
import type { AnyConfig } from '../config/options/spenddown-config.ts'
import { checkedConfig } from './checked-config.ts'
import { stoppable } from './stoppable.ts'

/**
 * Reads a file of people into the table of the config's records: `const { summary } = importRecords(config, { file:
 * 'people.jsonl' })`. Everything is checked first; `summary` rejects with InputError, with every problem, before a
 * record is written.
 */
export function importRecords(config: AnyConfig, request: ImportRequest, controls: ImportControls = {}): ImportHandle {
  return stoppable(controls.signal, async (signal) => {
    const checked = checkedConfig(config)
    const { importFile } = await import('../app/import/import-records.ts')
    return importFile(checked, request, { ...controls, signal })
  })
}
