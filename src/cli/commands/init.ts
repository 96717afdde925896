import { createInterface } from 'node:readline/promises'
import { type Initialized, init } from '../../app/init/init.ts'
import type { InitAnswers, Person } from '../../app/init/question.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import type { CommonFlags } from '../flags.ts'
import { type Host, isAttended } from '../host.ts'
import { say } from '../print.ts'

interface InitFlags extends CommonFlags, InitAnswers {
  readonly yes?: boolean
}

/** `spenddown init`: 3 where it was interrupted; nothing is written then. */
export async function initCommand({ config, ...flags }: InitFlags, host: Host): Promise<number> {
  const stop = new AbortController()
  host.onSignals(() => stop.abort())
  const asking = !flags.yes && !flags.json && isAttended() ? personAtTerminal(stop) : null
  try {
    const done = await init(flags, { cwd: process.cwd(), config, person: asking?.person ?? null, signal: stop.signal })
    say(flags, done, () => describeInit(done))
    return 0
  } catch (error) {
    if (!stop.signal.aborted) throw error
    process.stderr.write('spenddown: interrupted; nothing was written\n')
    return 3
  } finally {
    asking?.close()
  }
}

/** Ctrl-C and Ctrl-D end the questions. */
function personAtTerminal(stop: AbortController): { readonly person: Person; close(): void } {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  lines.once('close', () => stop.abort())
  const person = {
    tell: (line: string) => void process.stderr.write(`${line}\n`),
    ask: (question: string) => lines.question(escapedText(question), { signal: stop.signal }),
  }
  return { person, close: () => lines.close() }
}

function describeInit({ config, env, table, preset, update, notes, next }: Initialized): string[] {
  const columns = Object.keys(update).join(', ')
  return [
    escapedText(`wrote ${config}: ${columns} of ${table}${preset === null ? '' : `, by the preset ${preset}`}`),
    ...(env === null ? [] : [escapedText(`wrote ${env}, which only you can read`)]),
    ...notes.map((note) => `- ${note}`),
    'next:',
    ...next.map((command) => `  ${command}`),
  ]
}
