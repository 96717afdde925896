import type { ErrorCodes } from '../own-dialect.ts'

const PASSING = [/^(08|53|57P|58)/, /^(40001|40P01|55000|55P03|25006|25P03|XX000)$/]
const INSUFFICIENT_PRIVILEGE = '42501'
const REFUSING_TO_OPEN = [/^28/, /^3D000$/, /^42501$/]
/** An unknown table, an unknown schema. */
const HISTORY_MISSING = ['42P01', '3F000']

/** SQLSTATE classes of PostgreSQL's own (https://www.postgresql.org/docs/current/errcodes-appendix.html, November 2026). */
const CLASSES =
  '00 01 02 03 08 09 0A 0B 0F 0L 0P 0Z 10 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39 3B 3D 3F 40 42 44 53 54 55 57 58 72 F0 HV P0 XX'
/** Bad data, a broken constraint, a view's check, more than an index can hold, an exception that a trigger raised. */
const REFUSING_VALUES = new Set(['22', '23', '44', '54', 'P0'])

export const postgresqlErrors: ErrorCodes = {
  isPassing: (code) => PASSING.some((pattern) => pattern.test(code)),
  isRefusingToOpen: (code) => REFUSING_TO_OPEN.some((pattern) => pattern.test(code)),
  isDenied: (code) => code === INSUFFICIENT_PRIVILEGE,
  isHistoryMissing: (code) => HISTORY_MISSING.includes(code),
  refusalOf({ code, message }) {
    if (!isSqlState(code) || !refusesValues(code)) return null
    return code.startsWith('22') ? withoutValue(message) : message
  },
  isSavepointGone: () => false,
}

/** Prisma's own codes, from P1000 up, look like SQLSTATEs. */
function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && !/^P[1-9]/.test(code)
}

/** A trigger may raise an exception with a code of its own making: one whose class PostgreSQL does not use. */
function refusesValues(code: string): boolean {
  const group = code.slice(0, 2)
  return REFUSING_VALUES.has(group) || !CLASSES.split(' ').includes(group)
}

/** Texts in quotes that follow a colon are values. */
function withoutValue(message: string): string {
  const at = message.indexOf(': "')
  const said = at >= 0 && at + 3 < message.length && message.endsWith('"') ? message.slice(0, at) : message
  return said.replace(/^value ".*" is out of range/s, 'value is out of range')
}
