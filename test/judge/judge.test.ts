import { describe, expect, it } from 'vitest'
import { ClientPackets } from './database/client-packets.ts'
import { FrontendMessages } from './database/frontend-messages.ts'
import { fractionOf, randomFrom } from './random.ts'
import { Bill } from './vendor/bill.ts'
import { faultOf } from './vendor/faults.ts'
import { DATABASES, drawWorld, moved } from './world/draw-world.ts'
import { smallerWorlds } from './world/smaller-worlds.ts'

const SEEDS = Array.from({ length: 300 }, (_, seed) => seed)

describe('worlds', () => {
  it('are the same for the same seed, and plain JSON', () => {
    for (const seed of SEEDS) {
      const world = drawWorld(seed)
      expect(drawWorld(seed)).toEqual(world)
      expect(JSON.parse(JSON.stringify(world))).toEqual(world)
    }
  })

  it('are drawn on each database, or on the one that is asked for', () => {
    expect(new Set(SEEDS.map((seed) => drawWorld(seed).database))).toEqual(new Set(DATABASES))
    for (const seed of SEEDS) expect(drawWorld(seed, false, 'mysql').database).toBe('mysql')
  })

  it('are the same on another database, but for how it stores an instant', () => {
    for (const seed of SEEDS) {
      const world = drawWorld(seed, false, 'postgresql')
      const there = moved(world, 'mysql')
      expect(there).toMatchObject({ database: 'mysql', vendor: world.vendor, script: world.script })
      expect(moved(there, 'postgresql')).toEqual(world)
    }
  })

  it('differ by seed', () => {
    const scripts = new Set(SEEDS.map((seed) => JSON.stringify({ ...drawWorld(seed), seed: 0 })))
    expect(scripts.size).toBe(SEEDS.length)
  })

  it('are valid: a table of 10 to 300 records, shares from 0 to 1, and a process in each script', () => {
    for (const seed of SEEDS) {
      const { table, vendor, script } = drawWorld(seed)
      expect(table.records).toBeGreaterThanOrEqual(10)
      expect(table.records).toBeLessThanOrEqual(300)
      for (const share of Object.values(vendor.faults)) expect(share >= 0 && share < 1).toBe(true)
      expect(script.some((step) => step.do === 'process')).toBe(true)
    }
  })

  it('become smaller until nothing can be left out', () => {
    let world = drawWorld(7)
    for (let steps = 0; ; steps += 1) {
      const [smaller] = smallerWorlds(world)
      if (smaller === undefined) break
      expect(steps).toBeLessThan(100)
      world = smaller
    }
    expect(world.script).toEqual([])
  })
})

describe('random numbers', () => {
  it('are spread evenly enough', () => {
    const random = randomFrom(1)
    const numbers = Array.from({ length: 10_000 }, () => random.between(1, 4))
    for (const number of [1, 2, 3, 4]) {
      expect(numbers.filter((each) => each === number).length).toBeGreaterThan(2_300)
    }
  })

  it('of a seed and words are the same each time, and unlike those of other words', () => {
    expect(fractionOf(1, 'a', 2)).toBe(fractionOf(1, 'a', 2))
    expect(new Set(SEEDS.map((seed) => fractionOf(seed, 'a'))).size).toBe(SEEDS.length)
  })

  it('make faults as often as the world says', () => {
    const { faults } = drawWorld(1).vendor
    const none = Object.fromEntries(Object.keys(faults).map((kind) => [kind, 0])) as unknown as typeof faults
    const drawn = SEEDS.map((seed) => faultOf({ ...none, error: 0.2 }, seed, 'record', 1))
    const errors = drawn.filter((fault) => fault === 'error').length
    expect(errors).toBeGreaterThan(35)
    expect(errors).toBeLessThan(85)
  })
})

describe('the bill', () => {
  const call = { kind: 'call', process: 'p', key: null, records: ['1'], emails: ['a@b.example'], open: 1 } as const

  it('takes what a call costs from the balance, once', () => {
    const bill = new Bill(5_000_000)
    const receipt = bill.open(call)
    bill.charge(receipt, [{ record: '1', email: 'a@b.example', value: 'v', micro: 370_000 }])
    expect(bill.balance).toBe(4_630_000)
    expect(receipt.billedAt).not.toBeNull()
    expect(bill.movements).toMatchObject([{ by: 'us', micro: 370_000, balance: 4_630_000, receipt: 1 }])
  })

  it('lets others take what is there, and no more', () => {
    const bill = new Bill(1_000_000)
    bill.spendOfOthers(3_000_000)
    expect(bill.balance).toBe(0)
  })

  it('knows what the balance was', () => {
    const bill = new Bill(1_000_000)
    bill.spendOfOthers(400_000)
    expect(bill.balanceAt(0)).toBe(1_000_000)
    expect(bill.balanceAt(Date.now() + 1)).toBe(600_000)
  })
})

/** A connection's first message, and a query, as each protocol has them. */
const PROTOCOLS = {
  postgresql: {
    reader: () => new FrontendMessages(),
    first: Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]),
    query(text: string) {
      const head = Buffer.alloc(5)
      head.write('Q')
      head.writeUInt32BE(4 + text.length + 1, 1)
      return Buffer.concat([head, Buffer.from(`${text}\0`)])
    },
  },
  mysql: {
    reader: () => new ClientPackets(),
    // A password may look like anything.
    first: Buffer.from([7, 0, 0, 1, 3, ...Buffer.from('COMMIT')]),
    query: (text: string) => Buffer.concat([Buffer.from([text.length + 1, 0, 0, 0, 3]), Buffer.from(text)]),
  },
}

describe.each(['postgresql', 'mysql'] as const)('a COMMIT in the protocol of %s', (name) => {
  const { reader, first, query } = PROTOCOLS[name]

  it('is seen, however it is cut', () => {
    const sent = Buffer.concat([first, query('BEGIN'), query('COMMIT')])
    expect(reader().hasCommit(sent)).toBe(true)
    const messages = reader()
    const seen = [...sent].map((byte) => messages.hasCommit(Buffer.from([byte])))
    expect(seen.filter(Boolean)).toHaveLength(1)
    expect(seen.at(-1)).toBe(true)
  })

  it('is not seen in a value, nor in what the client says of itself', () => {
    expect(reader().hasCommit(Buffer.concat([first, query("select 'commit'")]))).toBe(false)
  })
})
