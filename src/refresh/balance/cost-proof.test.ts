import { describe, expect, test } from 'vitest'
import { type Credits, times } from '../../domain/credits/credits.ts'
import { CostProof, FIRST_RECORDS } from './cost-proof.ts'

const c = (credits: number) => Math.round(credits * 1_000_000) as Credits

/** A run whose records cost `booked` by the config and `gone` by the balance; `others` spend while it rests, or with each trial. */
function proofOf({
  booked,
  gone,
  resting = 0,
  beside = [0, 0],
}: Record<'booked' | 'gone', number> & { resting?: number; beside?: number[] }) {
  const account = { balance: c(1_000), spent: c(0), at: 0 }
  const proof = new CostProof({ ...account })
  const trial = (more: number) => {
    proof.opened(FIRST_RECORDS)
    account.spent = (account.spent + times(c(booked), FIRST_RECORDS)) as Credits
    account.balance = (account.balance - times(c(gone), FIRST_RECORDS) - c(more)) as Credits
    account.at += 3_000
    const allowed = proof.allowance
    const waitMs = proof.waitMs(account.at, account.spent, false)
    if (waitMs === 0) proof.looked({ ...account })
    return { allowed, waitMs }
  }
  const first = trial(beside[0] ?? 0)
  const restMs = proof.waitMs(account.at, account.spent, false)
  if (restMs !== null) {
    expect(proof.allowance).toBe(0)
    account.at += restMs
    account.balance = (account.balance - c(resting)) as Credits
    proof.looked({ ...account })
  }
  const second = proof.allowance === Number.POSITIVE_INFINITY ? null : trial(beside[1] ?? 0)
  return { first, restMs, second, wrong: proof.wrong, doubt: proof.doubt, allowance: proof.allowance }
}

const FREE = { wrong: null, allowance: Number.POSITIVE_INFINITY }

describe('what the first records cost', () => {
  test('is what the config says: one look, and the run goes on', () => {
    expect(proofOf({ booked: 1, gone: 1 })).toEqual({
      first: { allowed: 0, waitMs: 0 },
      restMs: null,
      second: null,
      doubt: null,
      ...FREE,
    })
  })

  test('may be a little more, and a fraction more where the vendor tells whole credits', () => {
    expect(proofOf({ booked: 1, gone: 1.5 })).toMatchObject({ second: null, doubt: null, ...FREE })
    expect(proofOf({ booked: 0.01, gone: 0.2 })).toMatchObject({ second: null, doubt: null, ...FREE })
  })

  test('up to four times as much is told, once it has rested and tried again, and the run goes on', () => {
    for (const gone of [2, 3, 4])
      expect(proofOf({ booked: 1, gone })).toMatchObject({
        restMs: 3_000,
        doubt: expect.stringContaining(`fell by ${10 * gone} credits for calls that should have cost 10`),
        ...FREE,
      })
    expect(proofOf({ booked: 1, gone: 4.2 })).toMatchObject({ doubt: null, wrong: expect.stringContaining('by 42') })
  })

  test('a hundred times as much stops the run, once it has rested and tried again', () => {
    const { restMs, wrong } = proofOf({ booked: 0.01, gone: 1 })
    expect(restMs).toBe(3_000)
    expect(wrong).toContain('the balance fell by 10 credits for calls that should have cost 0.1')
    expect(wrong).toContain('vendor.credits.cost')
  })

  test('others who spend while the run rests explain it', () => {
    const others = { booked: 1, gone: 1, beside: [40, 40], resting: 40 }
    expect(proofOf(others)).toMatchObject({ second: null, doubt: null, ...FREE })
  })

  test('so do others who spend at times', () => {
    expect(proofOf({ booked: 1, gone: 1, beside: [40, 0] })).toMatchObject({ second: { waitMs: 0 }, ...FREE })
    expect(proofOf({ booked: 1, gone: 1, beside: [40, 70] })).toMatchObject({ second: { waitMs: 0 }, ...FREE })
    expect(proofOf({ booked: 1, gone: 1, beside: [4, 7] })).toMatchObject({ doubt: null, ...FREE })
  })
})

test('misses cost nothing, so that a few more records are opened', () => {
  const proof = new CostProof({ balance: c(9), spent: c(0), at: 0 })
  proof.opened(FIRST_RECORDS)
  expect([proof.waitMs(0, c(0), false), proof.allowance]).toEqual([null, FIRST_RECORDS])
})

test('where the balance cannot be read, or nothing is to be proved, the run goes on', () => {
  const proof = new CostProof({ balance: c(9), spent: c(0), at: 0 })
  proof.looked(null)
  for (const free of [proof, new CostProof(null)])
    expect([free.allowance, free.waitMs(0, c(3), false), free.wrong]).toEqual([Number.POSITIVE_INFINITY, null, null])
})

describe('a run that ends before it has opened as many', () => {
  const start = { balance: c(1_000), spent: c(0), at: 0 }
  const proofThatLooked = (records: number, ...looks: { balance: Credits; spent: Credits; at: number }[]) => {
    const proof = new CostProof(start)
    proof.opened(records)
    for (const look of looks) {
      const waitMs = proof.waitMs(look.at, look.spent, true)
      if (waitMs === 0) proof.looked(look)
    }
    return proof
  }
  const cheap = { balance: c(950), spent: c(0.5), at: 2_000 }

  test('reads the balance as well, and says what it showed, without a verdict', () => {
    const proof = proofThatLooked(3, cheap, { ...cheap, at: 4_000 }, { ...cheap, at: 4_001 })
    expect(proof).toMatchObject({
      wrong: null,
      doubt: expect.stringContaining('fell by 50 credits for calls that should have cost 0.5'),
    })
    expect(proof.waitMs(5_000, c(0.5), true)).toBeNull()
  })

  test('stops for a second trial of fewer records, where each has cost the same', () => {
    const proof = proofThatLooked(5, cheap, { ...cheap, at: 4_000 }, { balance: c(920), spent: c(0.8), at: 4_001 })
    expect(proof).toMatchObject({ wrong: expect.stringContaining('fell by 80 credits'), doubt: null })
  })

  test('says nothing where all is as it should be, somebody else spends, or nothing was charged', () => {
    expect(proofThatLooked(3, { ...start, balance: c(997), spent: c(3) })).toMatchObject({ wrong: null, doubt: null })
    const other = proofThatLooked(3, cheap, { ...cheap, balance: c(900), at: 4_000 })
    expect([other.wrong, other.doubt, other.waitMs(5_000, c(0.5), true)]).toEqual([null, null, null])
    expect(new CostProof(start).waitMs(0, c(0), true)).toBeNull()
  })
})
