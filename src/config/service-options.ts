/**
 * Where `spenddown schedule` answers /healthz, /readyz and /metrics, for which nobody is asked who they are; and the
 * dashboard, for which they are where more than this machine reaches it.
 */
export interface ServiceOptions {
  /** Default 9464; 0 is any free one. */
  readonly port?: number
  /** An address of this machine. Default '127.0.0.1', which only this machine reaches. */
  readonly host?: string
  /** Whether `schedule` answers with the dashboard there too. Default false; `spenddown dashboard` needs none of this. */
  readonly dashboard?: boolean
  /**
   * What the dashboard asks for: 20 characters or more, a secret. Needed where `host` is more than this machine alone;
   * asked for wherever it is given.
   */
  readonly token?: string | undefined
}

/** A dead-man's switch, which raises the alarm when it hears nothing for too long. */
export interface HeartbeatOptions {
  /** Gets a GET after every tick that went well: an absolute http(s) URL. It is a secret: it is never printed. */
  readonly url: string | undefined
  /** A duration, at least '1s': no more often than that. Default '5m'. */
  readonly every?: string
}
