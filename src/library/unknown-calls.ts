import type { UnknownControls } from '../app/run/run-controls.ts'
import type { AnyConfig } from '../config/options/spenddown-config.ts'
import type { DecidedCall, UnknownCalls } from '../domain/call/unknown-call.ts'
import type { Saying } from '../refresh/settle/settle-by-hand.ts'
import { checkedConfig } from './checked-config.ts'

/** The unknown calls of the config's vendor account, with what is known of them. Spends nothing. */
export async function unknownCalls(config: AnyConfig): Promise<UnknownCalls> {
  const checked = checkedConfig(config)
  const { listUnknown } = await import('../app/run/unknown-calls.ts')
  return listUnknown(checked)
}

/**
 * Settles unknown calls by hand, at their full reservation or at zero: all that are named, or none. `by`: who decides.
 * Rejects with InputError if one cannot be decided, and with LeaseHeldError while another process spends from the account.
 */
export async function settleUnknown(
  config: AnyConfig,
  decisions: readonly Saying[],
  by: string,
  controls: UnknownControls = {},
): Promise<readonly DecidedCall[]> {
  const checked = checkedConfig(config)
  const { decideUnknown } = await import('../app/run/unknown-calls.ts')
  return decideUnknown(checked, decisions, by, controls)
}
