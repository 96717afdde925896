import type { Config } from '../config/config.ts'
import { createLog } from '../observability/logger.ts'
import type { Log } from '../refresh/ports/log.ts'
import type { CommonFlags } from './flags.ts'
import type { Host } from './host.ts'

interface LogPlace {
  /** stderr without it. */
  readonly stream?: NodeJS.WriteStream
  /** Shown live on the stream: lines go above it. */
  readonly display?: { above(text: string): void } | null
}

/** The log of a command: words on a terminal, JSON lines elsewhere. It begins with what is exposed. */
export async function commandLog(
  config: Pick<Config, 'secrets' | 'account' | 'exposed'>,
  flags: CommonFlags,
  host: Host,
  { stream = process.stderr, display = null }: LogPlace = {},
): Promise<Log> {
  const terminal = stream.isTTY === true
  const log = await createLog({
    level: flags.verbose ? 'debug' : flags.quiet || display !== null ? 'warn' : 'info',
    pretty: terminal,
    color: terminal && !host.noColor,
    secrets: config.secrets,
    ...(config.account === undefined ? {} : { fields: { account: config.account } }),
    write: (text) => (display === null ? void stream.write(text) : display.above(text)),
  })
  for (const file of config.exposed ?? []) log.warn({ file, mend: `chmod 600 ${file}` }, 'others may read this file')
  return log
}
