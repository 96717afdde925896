/** Someone who is told how runs end. */
export interface NotifyOptions {
  /** Where messages are posted: an absolute http(s) URL. It is a secret: it is never printed. */
  readonly url: string | undefined
  /** 'json': type, message and all figures. 'slack': the message as text. Default: 'slack' for hooks.slack.com. */
  readonly format?: 'json' | 'slack'
  /** Signs messages, as Standard Webhooks says (https://www.standardwebhooks.com): 'whsec_' and base64. */
  readonly secret?: string | undefined
  /** Which messages. Default: all of them. */
  readonly on?: readonly NotifyEvent[]
}

/**
 * - completed: a run did what it could
 * - stopped: a run stopped early, and goes on by itself or with `resume`
 * - failed: a run, or the start of one, needs a person
 */
export type NotifyEvent = 'completed' | 'stopped' | 'failed'
