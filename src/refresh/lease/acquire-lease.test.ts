import { describe, expect, test } from 'vitest'
import { DatabaseUnavailableError, LeaseHeldError, LeaseLostError } from '../../domain/errors/errors.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { Committer, DatabaseGoneError } from '../commit/committer.ts'
import type { RunEvent } from '../events/events.ts'
import type { FinishedCall } from '../ports/calls.ts'
import type { Lease, LeaseHolder, LeaseState } from '../ports/lease.ts'
import type { CheckpointInput, RunStore } from '../ports/store.ts'
import { acquireLease } from './acquire-lease.ts'
import { LeaseKeeper } from './lease-keeper.ts'

/** Time that passes only in sleeps. */
class ClockUnderTest implements Clock {
  wall = 1_000_000
  steady = 0
  onSleep: () => void = () => {}
  now = () => this.wall
  monotonic = () => this.steady
  async sleep(ms: number) {
    this.pass(ms)
    this.onSleep()
  }
  after = (ms: number, then: () => void) => {
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  }
  pass(ms: number) {
    this.wall += ms
    this.steady += ms
  }
}

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const ME: LeaseHolder = { holder: 'me', machine: 'here/1', pid: 1, processStartedAt: 's' }
const TTL = 30_000

class LeasesUnderTest {
  state: LeaseState | null = null
  token = 0
  /** Someone who is faster, once. */
  rival: LeaseState | null = null

  async readLease() {
    return this.state
  }
  async takeLease(
    vendor: string,
    me: LeaseHolder,
    seen: LeaseState | null,
    { expiresAt }: { expiresAt: number },
  ): Promise<Lease | null> {
    if (this.rival !== null) {
      this.state = this.rival
      this.rival = null
    }
    if (this.state !== seen) return null
    this.token += 1
    this.state = { ...me, expiresAt, token: this.token }
    return { vendor, token: this.token, expiresAt }
  }
}

function acquiring(state: LeaseState | null, alive = false, signal = new AbortController().signal) {
  const leases = new LeasesUnderTest()
  leases.state = state
  const clock = new ClockUnderTest()
  const store = leases as unknown as RunStore
  return {
    leases,
    clock,
    acquire: () =>
      acquireLease('acme', { store, me: ME, isAlive: () => alive, clock, ttlMs: TTL, log: silent, signal }),
  }
}
const held = (own: Partial<LeaseState>): LeaseState => ({
  holder: 'x',
  machine: 'there/1',
  pid: 7,
  processStartedAt: 's',
  expiresAt: 1_020_000,
  token: 5,
  ...own,
})

describe('the right to spend', () => {
  test('is there for the taking where nobody holds it', async () => {
    const { acquire } = acquiring(null)
    expect(await acquire()).toEqual({ vendor: 'acme', token: 1, expiresAt: 1_000_000 + TTL })
  })

  test('is taken at once from a process of this machine that died, and from one that let it run out', async () => {
    const dead = acquiring(held({ machine: 'here/1' }))
    expect(await dead.acquire()).toMatchObject({ vendor: 'acme' })
    expect(dead.clock.steady).toBe(0)
    const out = acquiring(held({ expiresAt: 999_999 }))
    expect(await out.acquire()).toMatchObject({ vendor: 'acme' })
    expect(out.clock.steady).toBe(0)
  })

  test('stays with a process of this machine that is alive', async () => {
    await expect(acquiring(held({ machine: 'here/1' }), true).acquire()).rejects.toThrow(LeaseHeldError)
  })

  test('stays with a process of this machine that is alive where a clock that was set forward has run it out', async () => {
    const { acquire, leases, clock } = acquiring(held({ machine: 'here/1', expiresAt: 1 }), true)
    clock.onSleep = () => {
      leases.state = held({ machine: 'here/1', expiresAt: 9_000_000 })
    }
    await expect(acquire()).rejects.toThrow(LeaseHeldError)
  })

  test('is taken from one that is alive and does not renew it', async () => {
    const { acquire } = acquiring(held({ machine: 'here/1', expiresAt: 1 }), true)
    expect(await acquire()).toMatchObject({ vendor: 'acme' })
  })

  test('is waited for no longer where the clock is set back meanwhile', async () => {
    const { acquire, clock } = acquiring(held({}))
    let slept = 0
    clock.onSleep = () => {
      slept += 1
      if (slept === 1) clock.wall -= 7_200_000
    }
    expect(await acquire()).toMatchObject({ vendor: 'acme' })
    expect(clock.steady).toBeLessThan(21_000)
  })

  test('is waited for where another machine holds it, until it runs out', async () => {
    const { acquire, clock } = acquiring(held({}))
    expect(await acquire()).toMatchObject({ vendor: 'acme' })
    expect(clock.now()).toBeGreaterThanOrEqual(1_020_000)
  })

  test('stays with another machine that renews it, or hands it on', async () => {
    for (const change of [{ expiresAt: 1_050_000 }, { token: 6 }]) {
      const { acquire, clock, leases } = acquiring(held({}))
      clock.onSleep = () => (leases.state = held(change))
      await expect(acquire()).rejects.toThrow(LeaseHeldError)
      expect(clock.steady).toBeLessThan(2_000)
    }
  })

  test('is not waited for by a process that is asked to stop', async () => {
    await expect(acquiring(held({}), false, AbortSignal.abort()).acquire()).rejects.toThrow(/process 7 on there/)
  })

  test('goes to the faster of two', async () => {
    const { acquire, leases } = acquiring(null)
    leases.rival = held({ machine: 'here/1', token: 9 })
    expect(await acquire()).toMatchObject({ vendor: 'acme' })
    const alive = acquiring(null, true)
    alive.leases.rival = held({ machine: 'here/1' })
    await expect(alive.acquire()).rejects.toThrow(LeaseHeldError)
  })
})

function keeper(renewLease: RunStore['renewLease'] = async () => {}, ttlMs = TTL, log = silent) {
  const clock = new ClockUnderTest()
  const store = { renewLease } as unknown as RunStore
  return {
    clock,
    keeper: new LeaseKeeper({ vendor: 'acme', token: 1, expiresAt: clock.now() + ttlMs }, ttlMs, {
      store,
      clock,
      log,
    }),
  }
}

describe('a lease that is kept', () => {
  test('is sure until either clock says that it has run out', () => {
    const wall = keeper()
    wall.clock.wall += TTL - 1
    expect(wall.keeper.sure).toBe(true)
    wall.clock.wall += 1
    expect(wall.keeper.sure).toBe(false)
    const steady = keeper()
    steady.clock.steady += TTL
    expect(steady.keeper.sure).toBe(false)
  })

  test('is sure again from the moment before the renewal, not from its answer', () => {
    const { clock, keeper: kept } = keeper()
    clock.pass(TTL)
    const moment = kept.moment()
    clock.pass(10_000)
    kept.renewed(moment)
    expect([kept.sure, kept.lease.expiresAt]).toEqual([true, 1_000_000 + 2 * TTL])
    clock.pass(20_000)
    expect(kept.sure).toBe(false)
  })

  test.each([7_200_000, -7_200_000])(
    'is renewed at once where the clock was set by %i ms, and is sure again',
    async (byMs) => {
      const { clock, keeper: kept } = keeper(async () => {}, 60)
      clock.wall += byMs
      kept.start(() => {})
      await new Promise((resolve) => setTimeout(resolve, 40))
      kept.stop()
      expect([kept.sure, kept.lease.expiresAt]).toEqual([true, clock.wall + 60])
    },
  )

  test('renews by the clock that it is given, and no more once it is stopped', async () => {
    let renewals = 0
    const { clock, keeper: kept } = keeper(async () => {
      renewals += 1
    })
    let due: (() => void) | null = null
    clock.after = (ms, then) => {
      expect(ms).toBe(TTL / 6)
      due = then
      return () => (due = null)
    }
    const pass = async () => {
      clock.pass(TTL / 6)
      due?.()
      await Promise.resolve()
    }
    kept.start()
    for (const after of [0, 1, 1, 2]) {
      await pass()
      expect([renewals, kept.sure]).toEqual([after, true])
    }
    kept.stop()
    await pass()
    expect([renewals, due]).toEqual([2, null])
  })

  test('says nothing of a renewal that fails once it is stopped', async () => {
    const failing: ((error: Error) => void)[] = []
    let warnings = 0
    const log = {
      ...silent,
      warn() {
        warnings += 1
      },
    }
    const { clock, keeper: kept } = keeper(() => new Promise((_, reject) => failing.push(reject)), 60, log)
    clock.pass(30)
    kept.start()
    await expect.poll(() => failing.length).toBeGreaterThan(1)
    failing[0]?.(new Error('the database is unreachable'))
    await expect.poll(() => warnings).toBe(1)
    kept.stop()
    for (const fail of failing) fail(new Error('the connection was closed'))
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings).toBe(1)
  })

  test('renews by itself when a third of its time is gone, and tells when it is lost', async () => {
    const renewals: number[] = []
    const { clock, keeper: kept } = keeper(async (_, expiresAt) => {
      renewals.push(expiresAt)
      if (renewals.length === 2) throw new Error('the database is unreachable')
      if (renewals.length === 3) throw new LeaseLostError('gone')
    }, 60)
    const lost = new Promise<void>((resolve) => kept.start(resolve))
    const passing = setInterval(() => clock.pass(10), 10)
    await lost
    clearInterval(passing)
    kept.stop()
    expect(renewals.length).toBe(3)
    expect([kept.lost instanceof LeaseLostError, kept.sure]).toEqual([true, false])
  })
})

const finished = [
  { n: 1, state: 'settled' },
  { n: 2, state: 'released' },
  { n: 3, state: 'unknown' },
] as FinishedCall[]

function committer(stopping = false, broken: Error | null = null) {
  const { clock, keeper: lease } = keeper()
  const journal: FinishedCall[] = []
  const write = async (_: string, calls: readonly FinishedCall[]) => {
    if (broken !== null) throw broken
    journal.push(...calls)
    return '/the/journal'
  }
  const told: RunEvent['type'][] = []
  const parts = {
    store: {} as RunStore,
    clock,
    lease,
    log: silent,
    emit: (event: RunEvent) => void told.push(event.type),
    unavailableForMs: 60_000,
    runId: 'r',
    stopping: () => stopping,
  }
  return {
    clock,
    lease,
    journal,
    told,
    committer: new Committer({ ...parts, journal: { write, read: async () => [], remove: async () => {} } }),
  }
}

describe('a checkpoint', () => {
  test('is stayed with while the database is unreachable, and nothing may be sent meanwhile', async () => {
    const { committer: writes, journal, told } = committer()
    const away: boolean[] = []
    let tries = 0
    const result = await writes.persist(finished, async () => {
      away.push(writes.isUnreachable)
      if (++tries < 4) throw new DatabaseUnavailableError('away')
      return 'done'
    })
    expect([result, away, writes.isUnreachable, journal]).toEqual(['done', [false, true, true, true], false, []])
    expect(told).toEqual(['database-unreachable', 'database-back'])
  })

  test('is given up after so long; what was paid for goes to the journal, and what was never sent with it', async () => {
    const { committer: writes, journal, clock } = committer()
    const cause = new DatabaseUnavailableError('away')
    const gone = await writes.persist(finished, () => Promise.reject(cause)).catch((error) => error)
    expect(gone).toBeInstanceOf(DatabaseGoneError)
    expect([gone.cause, gone.message.includes('/the/journal')]).toEqual([cause, true])
    expect(journal.map(({ n, state }) => [n, state])).toEqual([
      [1, 'settled'],
      [2, 'released'],
    ])
    expect(clock.steady).toBeGreaterThanOrEqual(60_000)
    expect(clock.steady).toBeLessThan(66_000)
  })

  test('is given up sooner by a run that stops', async () => {
    const { committer: writes, clock } = committer(true)
    await expect(writes.persist(finished, () => Promise.reject(new DatabaseUnavailableError('away')))).rejects.toThrow(
      DatabaseGoneError,
    )
    expect(clock.steady).toBeLessThan(10_000)
  })

  test('is not tried again under a lease that is lost, nor after an error that waiting does not mend', async () => {
    for (const error of [new LeaseLostError('gone'), new Error('syntax')]) {
      const { committer: writes, journal, lease, clock } = committer()
      await expect(writes.persist(finished, () => Promise.reject(error))).rejects.toBe(error)
      expect([journal.length, clock.steady, lease.lost]).toEqual([2, 0, error instanceof LeaseLostError ? error : null])
    }
  })

  test('tells what went wrong first, also where the journal cannot be written', async () => {
    const { committer: writes } = committer(false, new Error('no space left'))
    const cause = new Error('syntax')
    await expect(writes.persist(finished, () => Promise.reject(cause))).rejects.toBe(cause)
    await expect(writes.persist(finished, () => Promise.reject(new DatabaseUnavailableError('away')))).rejects.toThrow(
      /^the database was unreachable for 6\d s$/,
    )
  })

  test('names no journal where nothing was paid for, and writes none where there is nothing to say', async () => {
    const { committer: writes, journal } = committer()
    expect([await writes.keep([]), journal]).toEqual([null, []])
    expect([await writes.keep(finished.slice(1)), journal.length]).toEqual([null, 1])
  })

  test('whose opened calls were never heard of names them in the journal, with the lease', async () => {
    const { committer: writes, journal } = committer()
    const calls = [{ nonce: 'a', again: [], untried: 1 }]
    const input = { finished: [], open: { calls } } as unknown as CheckpointInput
    await expect(writes.commit(input)).rejects.toThrow()
    expect(journal).toMatchObject([{ nonce: 'a', state: 'released', leaseToken: 1, items: [] }])
  })
})
