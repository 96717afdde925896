import type { CreditsOptions } from '../config/credits-options.ts'
import type { LimitsOptions } from '../config/vendor-options.ts'

/** What every preset takes. Whatever else a contract changes is spread over what it answers: `{ ...hunter(), name: 'x' }`. */
export interface PresetOptions<R extends object, Identity extends object> {
  /** Default: the environment variable that the preset names. Without either the config says what is missing. */
  readonly apiKey?: string | undefined
  /**
   * What the vendor is to know a person by, in the vendor's words; parts that are undefined or null are left out. A
   * record of which nothing is left fails before it is sent, and costs nothing. Default: see the preset.
   */
  readonly identify?: (record: R) => Identity
  /** Sent with every lookup, as the vendor names it. */
  readonly params?: Readonly<Record<string, unknown>>
  /** The contract's ceilings, each instead of the published one. */
  readonly limits?: LimitsOptions
  /** The contract's terms, each instead of the preset's: `cost`, `allotment`, `cycle`, … */
  readonly credits?: CreditsOptions<R>
}
