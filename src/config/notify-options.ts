/** Someone who is told how runs end, and that credits are about to be lost. */
export interface NotifyOptions {
  /** Where messages are posted: an absolute http(s) URL. It is a secret: it is never printed. */
  readonly url: string | undefined
  /** 'json': type, message and all figures. 'slack': the message as text. Default: 'slack' for hooks.slack.com. */
  readonly format?: 'json' | 'slack'
  /** Signs messages, as Standard Webhooks says (https://www.standardwebhooks.com): 'whsec_' and base64. */
  readonly secret?: string | undefined
  /** Which messages. Default: how runs end; and 'forecast' where `forecastAbove` is given. */
  readonly on?: readonly NotifyEvent[]
  /**
   * From how many credits on it is worth a message that they are expected to expire unused: a number of credits, or
   * such as '5%' of the allotment (of the balance, where none is configured). Default '5%', where `on` has 'forecast'.
   */
  readonly forecastAbove?: number | `${number}%`
}

/**
 * - completed: a run did what it could
 * - stopped: a run stopped early, and goes on by itself or with `resume`
 * - failed: a run, or the start of one, needs a person
 * - forecast: more credits than `forecastAbove` are expected to expire unused; told once a billing cycle, and again
 *   when they have doubled. `schedule` looks once an hour, `tick` whenever it starts nothing
 */
export type NotifyEvent = 'completed' | 'stopped' | 'failed' | 'forecast'
