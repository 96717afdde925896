import pino, { type Logger } from 'pino'
import { type Secrets, secretForms } from '../domain/secrets/secrets.ts'
import { escapedJson, escapedText } from '../domain/words/escaped-text.ts'
import type { Log } from '../refresh/ports/log.ts'
import { onlyColours } from './display/escapes.ts'

export interface LogOptions {
  readonly level: 'silent' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
  /** Words for a person on a terminal; otherwise JSON lines. */
  readonly pretty: boolean
  readonly color: boolean
  /** Texts to be hidden, as far as they are known when a line is written. */
  readonly secrets: Pick<Secrets, 'all'>
  /** What stands in every line, such as the account that it is about. */
  readonly fields?: Readonly<Record<string, string>>
  /** Default: to stderr. */
  readonly write?: (line: string) => void
}

/** Logs by pino. Secrets are hidden wherever they stand, also inside messages and errors. */
export async function createLog(options: LogOptions): Promise<Log> {
  const hide = redactor(options.secrets)
  const write = options.write ?? ((line: string) => void process.stderr.write(line))
  const pretty = options.pretty ? await prettifier(options.color) : null
  // Secrets are hidden first: in JSON they have a known form.
  const stream = { write: (line: string) => write(pretty === null ? escapedJson(hide(line)) : pretty(hide(line))) }
  return pino(
    { level: options.level, base: options.fields ?? null, timestamp: pino.stdTimeFunctions.isoTime },
    stream,
  ) as Logger as Log
}

async function prettifier(color: boolean): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty')
  const format = prettyFactory({
    colorize: color,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
    singleLine: true,
  })
  // pino-pretty does not escape. Of a stack, each line is escaped by itself.
  const shown = (name: string, value: unknown) =>
    typeof value !== 'string' ? value : value.replace(name === 'stack' ? /[^\n]+/g : /[\s\S]+/, escapedText)
  return (line) => onlyColours(format(JSON.stringify(JSON.parse(line, shown))))
}

/** Hides every secret in a text, also one that became known after this call. */
export function redactor(secrets: Pick<Secrets, 'all'>): (text: string) => string {
  let known = secrets.all
  let hide = hiderOf(known)
  return (text) => {
    if (secrets.all !== known) {
      known = secrets.all
      hide = hiderOf(known)
    }
    return hide(text)
  }
}

function hiderOf(secrets: readonly string[]): (text: string) => string {
  const forms = secretForms(secrets)
  if (forms.length === 0) return (text) => text
  const pattern = new RegExp(forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g')
  return (text) => text.replace(pattern, '(hidden)')
}
