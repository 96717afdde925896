import type { Config } from '../config/config.ts'
import { exitCodeOf } from './exit-code.ts'
import type { CommonFlags } from './flags.ts'
import { errorDocument, printError, printJson, printLine, printLines, say } from './print.ts'

/** What a command reports of an account. */
export interface Told {
  readonly document: object
  readonly lines: () => readonly (string | undefined)[]
  /** The exit code, where it is not 0. */
  readonly code?: number
}

/**
 * Reports on one account as if there were no other; on several, one after the other, each with its name. What fails of
 * one stops no other: the exit code is the first that is not 0.
 */
export async function sayEach(
  flags: CommonFlags,
  configs: readonly Config[],
  tell: (config: Config) => Promise<Told>,
): Promise<number> {
  const [only] = configs
  if (only !== undefined && configs.length === 1) {
    const { document, lines, code = 0 } = await tell(only)
    say(flags, document, lines)
    return code
  }
  const documents: object[] = []
  const codes: number[] = []
  for (const config of configs) {
    const { document, code } = await toldOf(config, flags, tell)
    documents.push(document)
    codes.push(code)
  }
  if (flags.json) printJson({ accounts: documents })
  return codes.find((code) => code !== 0) ?? 0
}

async function toldOf(config: Config, { json }: CommonFlags, tell: (config: Config) => Promise<Told>) {
  const { account } = config
  if (!json) printLine(`account ${account}`)
  try {
    const { document, lines, code = 0 } = await tell(config)
    if (!json) printLines(lines())
    return { document: { account, ...document }, code }
  } catch (error) {
    if (!json) printError(error, false)
    return { document: { account, error: errorDocument(error) }, code: exitCodeOf(error) }
  }
}
