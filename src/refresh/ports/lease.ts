/** The right to be the one process that spends from a vendor account. Instants are epoch milliseconds. */
export interface Lease {
  readonly vendor: string
  /** Fencing token: every transaction of ours checks it. */
  readonly token: number
  readonly expiresAt: number
}

export interface LeaseHolder {
  readonly holder: string
  /** Names the machine and its process-id space, so that a process id means something. */
  readonly machine: string
  readonly pid: number
  /** When the process began, in the operating system's own words; tells a reused process id apart. */
  readonly processStartedAt: string
}

export interface LeaseState extends LeaseHolder {
  readonly expiresAt: number
  readonly token: number
}
