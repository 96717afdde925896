import type { VendorWorld } from '../world/world.ts'

/** One open call. */
interface Ticket {
  readonly at: number
  readonly client: { readonly isGone: boolean }
}

/** What the vendor bears, and how much of it is in use. */
export class Throttle {
  private readonly vendor: VendorWorld
  private readonly open = new Set<Ticket>()
  private arrivals: number[] = []

  constructor(vendor: VendorWorld) {
    this.vendor = vendor
  }

  enter(client: Ticket['client']): Ticket {
    const ticket = { at: Date.now(), client }
    this.open.add(ticket)
    this.arrivals = this.arrivals.filter((at) => at > ticket.at - 1_000)
    this.arrivals.push(ticket.at)
    return ticket
  }

  /** Before the reply is sent, so that no client is taken for one that sends too many at once. */
  leave(ticket: Ticket): void {
    this.open.delete(ticket)
  }

  isTooMuch(): boolean {
    const { maxConcurrent, perSecond } = this.vendor.limits
    if (maxConcurrent !== null && this.present() > maxConcurrent) return true
    // A little more than the limit comes through where calls were delayed on the way.
    return perSecond !== null && this.arrivals.length > perSecond * 1.3 + 2
  }

  /** How many calls are open; those whose client must have given them up count no more. */
  present(): number {
    const given = Date.now() - this.vendor.timeoutMs + 200
    return [...this.open].filter(({ at, client }) => at > given && !client.isGone).length
  }
}
