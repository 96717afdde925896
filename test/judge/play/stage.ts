import { setTimeout as sleep } from 'node:timers/promises'
import { CHANGED_AT, CHANGED_EMAIL } from '../database/judge-database.ts'
import type { Receipt } from '../vendor/bill.ts'
import type { Act, Event, Moment } from '../world/world.ts'
import type { Child } from './child.ts'
import type { Game } from './game.ts'

/** The process at work and what is to happen to it; each event once, when its moment has come. */
export class Stage {
  private readonly game: Game
  private main: Child | null = null
  private waiting: Event[] = []
  private counts = new Map<Moment['at'], number>()
  private timers: NodeJS.Timeout[] = []
  private others: Promise<unknown>[] = []

  constructor(game: Game) {
    this.game = game
  }

  enter(child: Child, events: readonly Event[]): void {
    this.main = child
    this.waiting = events.filter(({ moment }) => moment.at !== 'ms')
    this.counts = new Map()
    for (const { moment, act } of events) {
      if (moment.at === 'ms') this.timers.push(setTimeout(() => void this.perform(act, null), moment.n))
    }
  }

  /** The processes that others started, and those that stand still, end too. */
  async leave(): Promise<void> {
    for (const timer of this.timers.splice(0)) clearTimeout(timer)
    this.waiting = []
    await Promise.all(this.others.splice(0))
    this.main = null
  }

  /** Does what is due at this moment. True where the connection on which it came is to be cut. */
  async happened(at: Moment['at'], receipt: Receipt | null): Promise<boolean> {
    const count = (this.counts.get(at) ?? 0) + 1
    this.counts.set(at, count)
    const due = this.waiting.filter(({ moment }) => moment.at === at && moment.n === count)
    this.waiting = this.waiting.filter((event) => !due.includes(event))
    let cut = false
    for (const { act } of due) {
      await this.perform(act, receipt)
      if (act.do === 'kill' || act.do === 'cut-database') cut = true
    }
    return cut
  }

  private async perform(act: Act, receipt: Receipt | null): Promise<void> {
    const { game, main } = this
    if (main === null || !main.isRunning) return
    game.note(act.do, main.name)
    if (act.do === 'kill') main.kill()
    else if (act.do === 'terminate') main.stop('SIGTERM')
    else if (act.do === 'interrupt') main.stop('SIGINT')
    else if (act.do === 'freeze') this.freeze(main, act.ms, act.meanwhile)
    else if (act.do === 'lock-database') await this.lock(act.ms)
    else if (act.do === 'second-process') this.others.push(this.startAnother(act.args))
    else if (act.do === 'set-clock') game.clock?.move(act.seconds)
    else if (act.do === 'cut-database') game.proxy?.cut()
    else if (act.do === 'refuse-database') game.proxy?.refuse(act.ms)
    else if (act.do === 'vendor-down') game.vendor.calls.downUntil = Date.now() + act.ms
    else if (act.do === 'balance-down') game.vendor.account.downUntil = Date.now() + act.ms
    else if (act.do === 'change-row') await this.changeRow(act.column, receipt)
  }

  private freeze(child: Child, ms: number, meanwhile: readonly string[] | null): void {
    this.others.push(child.freeze(ms))
    if (meanwhile !== null) this.others.push(this.startAnother(meanwhile))
  }

  private async lock(ms: number): Promise<void> {
    const held = this.game.database.lock(ms)
    this.others.push(held.then(({ released }) => released))
    // It may wait for the very COMMIT that is held back meanwhile.
    await Promise.race([held, sleep(1_000)])
  }

  private async startAnother(args: readonly string[]): Promise<void> {
    await this.game.ask(args)
  }

  /** Of the first record of the call, so that it is surely out. */
  private async changeRow(column: 'email' | 'refreshed_at', receipt: Receipt | null): Promise<void> {
    const key = receipt?.records[0]
    if (receipt === null || key === undefined) return
    await this.game.database.change(key, column, column === 'email' ? CHANGED_EMAIL : CHANGED_AT)
    this.game.changes.push({ at: Date.now(), key, column, receipt: receipt.serial })
  }
}
