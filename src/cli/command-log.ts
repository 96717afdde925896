import type { Config } from '../config/config.ts'
import { createLog } from '../observability/logger.ts'
import type { Log } from '../refresh/ports/log.ts'
import type { CommonFlags } from './flags.ts'
import type { Host } from './host.ts'

/** The log of a command without a live line: words on a terminal, JSON lines elsewhere. `write`: stderr without it. */
export function commandLog(
  config: Config,
  flags: CommonFlags,
  host: Host,
  stream: NodeJS.WriteStream = process.stderr,
): Promise<Log> {
  const terminal = stream.isTTY === true
  return createLog({
    level: flags.verbose ? 'debug' : flags.quiet ? 'warn' : 'info',
    pretty: terminal,
    color: terminal && !host.noColor,
    secrets: config.secrets,
    write: (text) => void stream.write(text),
  })
}
