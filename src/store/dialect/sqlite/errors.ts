import type { ErrorCodes } from '../driver-error.ts'

const PASSING = /^SQLITE_(BUSY|FULL|IOERR|LOCKED|CANTOPEN|READONLY|PROTOCOL|NOMEM)/
const REFUSING_VALUES = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/

export const sqliteErrors: ErrorCodes = {
  isPassing: (code) => PASSING.test(code),
  isRefusingToOpen: (code) => code === 'SQLITE_NOTADB',
  isDenied: () => false,
  isHistoryMissing: () => false,
  refusalOf: ({ code, message }) => (REFUSING_VALUES.test(code) ? message : null),
  // A trigger's RAISE(ROLLBACK) has undone the transaction.
  isSavepointGone: ({ message }) => message.startsWith('no such savepoint'),
}
