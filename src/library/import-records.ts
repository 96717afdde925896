import type { ImportControls, ImportHandle, ImportRequest } from '../app/import/import-controls.ts'
import type { AnyConfig } from '../config/spenddown-config.ts'
import { checkedConfig } from './checked-config.ts'

/**
 * Reads a file of people into the table of the config's records: `const { summary } = importRecords(config, { file:
 * 'people.jsonl' })`. Everything is checked first; `summary` rejects with InputError, with every problem, before a
 * record is written.
 */
export function importRecords(config: AnyConfig, request: ImportRequest, controls: ImportControls = {}): ImportHandle {
  const stopping = new AbortController()
  const perform = async () => {
    const checked = checkedConfig(config)
    const { importFile } = await import('../app/import/import-records.ts')
    const signal = AbortSignal.any([stopping.signal, ...(controls.signal === undefined ? [] : [controls.signal])])
    return importFile(checked, request, { ...controls, signal })
  }
  const summary = perform()
  // A rejection that nobody awaits must not end the process.
  summary.catch(() => {})
  return { summary, stop: () => stopping.abort() }
}
