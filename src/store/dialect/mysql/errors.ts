import type { ErrorCodes } from '../own-dialect.ts'

/**
 * The server's own numbers, and the connector's from 45001 on
 * (https://mariadb.com/docs/server/reference/error-codes,
 * https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html, November 2026). `open` puts this before each, so
 * that none is taken for another database's.
 */
export const PREFIX = 'MYSQL-'

/** Of a server that spenddown does not work with. */
export const REFUSED = `${PREFIX}REFUSED`

const codes = (numbers: string) => new Set(numbers.split(/\s+/).map((number) => `${PREFIX}${number}`))

/** Shutdown, restart, failover, a full disk, too many connections, a lock, a deadlock, a lost connection. */
const PASSING =
  codes(`1020 1021 1037 1040 1041 1043 1047 1053 1077 1079 1080 1105 1114 1129 1135 1152 1154 1155 1156 1157
  1158 1159 1160 1161 1180 1184 1203 1205 1213 1218 1226 1290 1317 1412 1615 1637 1792 1836 1927 1939 1969 2002 2003 2006 2013
  3024 3058 3100 3101 3168 3170 3572 4031 45001 45004 45009 45012 45013 45019 45026 45027 45028 45030 45035 45037 45042 45060 45061`)
const REFUSING_TO_OPEN = codes(
  '1044 1045 1049 1227 1251 1698 1820 1862 3118 3159 3955 45023 45025 45044 45047 45056 45057 45059',
)
const DENIED = codes('1142 1143 1227 1370 1410')
const HISTORY_MISSING = codes('1146')
/** NULL, out of range, too long, no such value, a broken constraint, a check, what a trigger signals, bad JSON. */
const REFUSING_VALUES =
  codes(`1048 1062 1216 1217 1263 1264 1265 1292 1364 1366 1367 1369 1406 1411 1441 1451 1452 1557 1586
  1644 1690 1761 1762 3140 3141 3143 3156 3157 3158 3819 3903 4025 4079 1118 1416 1525 4078`)
/** The duplicate's value comes before its key. */
const DUPLICATE = codes('1062 1586')
const SIGNALLED = `${PREFIX}1644`
/** A table, a column, an index that is there already, or that is gone. */
const DONE = codes('1050 1051 1060 1061 1091')

export const mysqlErrors: ErrorCodes = {
  isPassing: (code) => PASSING.has(code),
  isRefusingToOpen: (code) => code === REFUSED || REFUSING_TO_OPEN.has(code),
  isDenied: (code) => DENIED.has(code),
  isHistoryMissing: (code) => HISTORY_MISSING.has(code),
  refusalOf({ code, message }) {
    if (!REFUSING_VALUES.has(code)) return null
    return code === SIGNALLED ? message : withoutDatabase(withoutValue(code, message))
  },
  // A deadlock has undone the transaction.
  isSavepointGone: ({ code }) => code === `${PREFIX}1305`,
}

/** The effect of a migration's statement is there: it was run before. */
export function isDone(code: string): boolean {
  return DONE.has(code)
}

/** "… for `crm`.`people`", "… for column `crm`.`people`.`age`": whose database it is says nothing. */
function withoutDatabase(message: string): string {
  return message.replace(/ `[^`]*`\.(?:`\(temporary\)`\.)?(?=`)/g, ' ')
}

/** "Incorrect integer value: 'abc' for column …", "Duplicate entry 'abc' for key …": what stands between is the record's. */
function withoutValue(code: string, message: string): string {
  if (DUPLICATE.has(code)) return message.replace(/^(Duplicate entry) '.*' (for key)/s, '$1 $2')
  return message.replace(/^([^'`]*? value):? '.*' (for (?:column|function)|in)\b/s, '$1 $2')
}
