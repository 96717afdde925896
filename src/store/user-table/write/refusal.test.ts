import { describe, expect, it } from 'vitest'
import { refusalOf } from './savepoint.ts'

/** An error of a raw statement as Prisma's adapters hand it on (see update-refusals.test.ts for real ones). */
const raised = (originalCode: string, originalMessage: string) => ({
  name: 'PrismaClientKnownRequestError',
  code: 'P2010',
  message: 'Raw query failed',
  meta: {
    driverAdapterError: { name: 'DriverAdapterError', cause: { kind: 'postgres', originalCode, originalMessage } },
  },
})

describe('refusalOf', () => {
  it('is what the database has against the values', () => {
    for (const code of [
      '22001',
      '22P02',
      '23505',
      '23514',
      '23P01',
      '44000',
      '54000',
      'P0001',
      'P0004',
      'ZX001',
      'PT400',
    ]) {
      expect(refusalOf(raised(code, 'no'))).toBe('no')
    }
    for (const code of [
      'SQLITE_CONSTRAINT',
      'SQLITE_CONSTRAINT_CHECK',
      'SQLITE_CONSTRAINT_TRIGGER',
      'SQLITE_MISMATCH',
      'SQLITE_TOOBIG',
    ]) {
      expect(refusalOf(raised(code, 'no'))).toBe('no')
    }
  })

  it('is nothing where something else went wrong', () => {
    const passing = [
      '08006',
      '25P02',
      '28000',
      '40001',
      '40P01',
      '42703',
      '42501',
      '42P01',
      '53100',
      '53300',
      '55P03',
      '57014',
      '57P01',
      '58030',
      'XX000',
      'XX001',
    ]
    for (const code of passing) expect(refusalOf(raised(code, 'no'))).toBeNull()
    for (const code of [
      'SQLITE_BUSY',
      'SQLITE_FULL',
      'SQLITE_IOERR_WRITE',
      'SQLITE_ERROR',
      'SQLITE_READONLY',
      'SQLITE_CORRUPT',
      'SQLITE_NOMEM',
    ]) {
      expect(refusalOf(raised(code, 'no'))).toBeNull()
    }
    const closed = { name: 'PrismaClientKnownRequestError', code: 'P2028', message: 'Transaction already closed' }
    for (const error of [closed, new Error('x'), null, 'x', { code: '23505' }]) expect(refusalOf(error)).toBeNull()
  })

  it('leaves out the value, and is not long', () => {
    expect(refusalOf(raised('22P02', 'invalid input syntax for type integer: "my "secret""'))).toBe(
      'invalid input syntax for type integer',
    )
    expect(refusalOf(raised('22003', 'value "9999" is out of range for type integer'))).toBe(
      'value is out of range for type integer',
    )
    expect(refusalOf(raised('P0001', 'x'.repeat(1_000)))).toHaveLength(301)
  })
})
