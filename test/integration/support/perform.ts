import {
  type Log,
  type RunControls,
  type RunEvent,
  type RunHandle,
  type RunOptions,
  type RunSummary,
  resume,
  run,
  type SpenddownConfig,
} from '../../../src/index.ts'

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** How a run went, as its caller sees it. */
export interface Performed {
  readonly summary: RunSummary
  readonly events: readonly RunEvent[]
  readonly logs: readonly LogLine[]
}

export interface Watching {
  readonly onEvent?: (event: RunEvent, handle: () => RunHandle) => void
  readonly signal?: AbortSignal
  /** Where log lines go as well: for a run that is refused. */
  readonly logs?: LogLine[]
}

/** Starts a run and sees it through. */
export function perform(config: SpenddownConfig, what: RunOptions = {}, watching: Watching = {}): Promise<Performed> {
  return seeThrough((controls) => run(config, what, controls), watching)
}

/** Goes on with the latest interrupted run, or the one named. */
export function goOn(
  config: SpenddownConfig,
  runId: string | null = null,
  watching: Watching = {},
): Promise<Performed> {
  return seeThrough((controls) => resume(config, runId, controls), watching)
}

async function seeThrough(start: (controls: RunControls) => RunHandle, watching: Watching): Promise<Performed> {
  const events: RunEvent[] = []
  const logs: LogLine[] = watching.logs ?? []
  let handle: RunHandle | null = null
  const onEvent = (event: RunEvent) => {
    events.push(event)
    watching.onEvent?.(event, () => handle as RunHandle)
  }
  const { signal } = watching
  handle = start({ log: logInto(logs), onEvent, ...(signal === undefined ? {} : { signal }) })
  return { summary: await handle.summary, events, logs }
}

function logInto(lines: LogLine[]): Log {
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, fields: fields as LogLine['fields'] })
  return { trace: at('trace'), debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } as Log
}

/** How each record ended, by key. */
export function outcomes({ events }: Pick<Performed, 'events'>): Record<string, string> {
  return Object.fromEntries(events.flatMap((event) => (event.type === 'item' ? [[event.key, event.outcome]] : [])))
}

/** Why a record ended as it did. */
export function reasonOf({ events }: Pick<Performed, 'events'>, key: number | string): string | null {
  const found = events.find((event) => event.type === 'item' && event.key === String(key))
  return found?.type === 'item' ? found.reason : null
}
