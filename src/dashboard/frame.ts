/** What every page knows of where it is shown. */
export interface Frame {
  readonly vendor: string
  /** The billing cycle's time zone (IANA). */
  readonly zone: string
  readonly now: number
  /** Someone has signed in, may do something, and may sign out. */
  readonly signedIn: boolean
  /** There is something to sign in with. */
  readonly mayAct: boolean
  /** Where the page is, with its query. */
  readonly path: string
  /** What a form must send back; bound to the session. */
  readonly formToken: string
  /** Changes with the assets, so that browsers may keep them. */
  readonly version: string
}
