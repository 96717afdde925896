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

export type LeaseState = LeaseHolder & Omit<Lease, 'vendor'>

/** The store as the right to spend needs it. */
export interface LeaseStore {
  readLease(vendor: string): Promise<LeaseState | null>
  /** Takes the lease if it is still as `seen`; null if another process was faster. */
  takeLease(
    vendor: string,
    me: LeaseHolder,
    seen: LeaseState | null,
    at: { readonly now: number; readonly expiresAt: number },
  ): Promise<Lease | null>
  renewLease(lease: Lease, expiresAt: number): Promise<void>
  releaseLease(lease: Lease): Promise<void>
}
