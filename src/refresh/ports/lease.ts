/** The right to be the one process that spends from a vendor account. Instants are epoch milliseconds. */
export interface Lease {
  readonly vendor: string
  /** Fencing token, checked by every transaction. */
  readonly token: number
  readonly expiresAt: number
}

export interface LeaseHolder {
  readonly holder: string
  /** Identifies the machine and its process-id space, within which `pid` is unique. */
  readonly machine: string
  readonly pid: number
  /** When the process began, as the operating system prints it; detects a reused process id. */
  readonly processStartedAt: string
}

export interface LeaseState extends LeaseHolder {
  readonly expiresAt: number
  readonly token: number
}
