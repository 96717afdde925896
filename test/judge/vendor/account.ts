import { asCredits } from '../credits.ts'
import { fractionOf } from '../random.ts'
import type { World } from '../world/world.ts'
import type { Bill, Receipt } from './bill.ts'
import type { Connection } from './connection.ts'
import type { VendorHook } from './http-vendor.ts'

/** What the vendor says of the balance, in headers and by its endpoint, and who else spends from it. */
export class Account {
  /** Until when the endpoint fails. */
  downUntil = 0
  private readonly world: World
  private readonly bill: Bill
  private readonly hook: VendorHook
  private calls = 0

  constructor(world: World, bill: Bill, hook: VendorHook) {
    this.world = world
    this.bill = bill
    this.hook = hook
  }

  /** Answers the endpoint. It never lies; it may lag, and then says so. */
  async tell(sender: string, connection: Connection): Promise<void> {
    const receipt = this.bill.open({ kind: 'balance', process: sender, key: null, records: [], emails: [], open: 0 })
    connection.belongsTo(receipt)
    await this.hook('balance', receipt)
    if (Date.now() < this.downUntil) return connection.send({ status: 503, body: '{"error":"down"}' })
    const asOf = Date.now() - this.world.vendor.balance.lagMs
    const balance = this.bill.balanceAt(asOf)
    receipt.balanceShown = balance
    const body = JSON.stringify({ remaining: asCredits(balance), as_of: new Date(asOf).toISOString() })
    await connection.send({ status: 200, body })
  }

  /** The headers that tell the balance, where this vendor has them. Now and then one is false. */
  headersFor(receipt: Receipt): Record<string, string> {
    const { shown, falseShare, falseWord } = this.world.vendor.balance
    if (shown !== 'header' && shown !== 'both') return {}
    if (fractionOf(this.world.seed, 'false balance', receipt.serial) < falseShare) return { 'x-remaining': falseWord }
    receipt.balanceShown = this.bill.balance
    return { 'x-remaining': String(asCredits(this.bill.balance)) }
  }

  /** Others spend with every so-manieth call. */
  noteCall(): void {
    const { othersEvery, othersCredits } = this.world.vendor.balance
    this.calls += 1
    if (othersEvery > 0 && this.calls % othersEvery === 0)
      this.bill.spendOfOthers(Math.round(othersCredits * 1_000_000))
  }
}
