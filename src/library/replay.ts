import type { ReplayControls, ReplayOptions } from '../app/run/run-controls.ts'
import type { AnyConfig } from '../config/options/spenddown-config.ts'
import type { ReplaySummary } from '../refresh/replay/replay-report.ts'
import { checkedConfig } from './checked-config.ts'

/**
 * Maps the paid replies of a run again with this config, and writes what changed; makes no calls. Resolves to the JSON of
 * `replay --json`; rejects with InputError if the config is wrong or no replies are kept (`vendor.keepReplies`), and with
 * LeaseHeldError while another process spends from the account.
 */
export async function replay(
  config: AnyConfig,
  options: ReplayOptions = {},
  controls: ReplayControls = {},
): Promise<ReplaySummary> {
  const checked = checkedConfig(config)
  const { startReplay } = await import('../app/run/replay.ts')
  return startReplay(checked, options, controls)
}
