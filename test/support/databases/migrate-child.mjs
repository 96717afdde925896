// A process that migrates a database and prints what it applied, or kills itself in the middle.
// Usage: node migrate-child.mjs URL DIALECT [KILL_AFTER]   (KILL_AFTER: that many statements of the transaction)
import { connect } from '../../../build/store/client.js'
import { migrate } from '../../../build/store/migrations/migrate.js'

const [url, dialect, killAfter] = process.argv.slice(2)
const connection = await connect(url, dialect)
const deadly = { ...connection, transaction: (work) => connection.transaction((tx) => work(dying(tx))) }
process.stdout.write(JSON.stringify(await migrate(killAfter ? deadly : connection)))
await connection.close()

/** The transaction, with a process that dies when so many of its statements are done. */
function dying(tx) {
  let left = Number(killAfter)
  const countDown = async (query) => {
    const result = await tx.$executeRaw(query)
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
    return result
  }
  return new Proxy(tx, { get: (target, name) => (name === '$executeRaw' ? countDown : Reflect.get(target, name)) })
}
