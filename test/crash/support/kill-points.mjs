/**
 * Counts every step that a run takes in the database, and kills the process (SIGKILL) at the one that is asked for:
 *
 *   { transaction: 5, point: 'before 3' }   from the fifth transaction on, in the first that comes to its third statement
 *   { statement: 4, when: 'after' }         the fourth statement outside of transactions
 *
 * Points of a transaction: begin · before N · after N · uncommitted · committing · committed.
 */
export class KillPoints {
  #asked
  #transactions = 0
  #statements = 0
  /** What was passed, for `SPENDDOWN_KILL='{}'`. */
  passed = []

  constructor(asked) {
    this.#asked = asked
  }

  /** The same connection, with every step counted. */
  wrap(connection) {
    return {
      ...connection,
      client: watched(connection.client, (when, name) => this.#outside(when, name)),
      transaction: (work) => this.#transaction(connection, work),
    }
  }

  async #transaction(connection, work) {
    const number = ++this.#transactions
    const at = (point) => this.#inside(number, point)
    const result = await connection.transaction(async (tx) => {
      let statements = 0
      at('begin')
      const done = await work(
        watched(tx, (when) => {
          if (when === 'before') statements += 1
          at(`${when} ${statements}`)
        }),
      )
      at('uncommitted')
      if (this.#isAsked(number, 'committing')) setTimeout(kill, Math.random() * 3)
      return done
    })
    at('committed')
    return result
  }

  #inside(number, point) {
    this.passed.push(`${number} ${point}`)
    if (this.#isAsked(number, point)) kill()
  }

  #isAsked(number, point) {
    return this.#asked.point === point && number >= this.#asked.transaction
  }

  #outside(when, name) {
    if (when === 'before') this.#statements += 1
    this.passed.push(`outside ${this.#statements} ${when} ${name}`)
    if (this.#asked.statement === this.#statements && this.#asked.when === when) kill()
  }
}

function kill() {
  process.kill(process.pid, 'SIGKILL')
}

const RAW = new Set(['$executeRaw', '$queryRaw'])
const MODELS = new Set(['account', 'run', 'item', 'call', 'memory', 'requestedKey'])

/** A Prisma client, or one of its transactions, that tells of each statement before and after it. */
function watched(client, tell) {
  return new Proxy(client, {
    get(target, name) {
      const value = target[name]
      if (RAW.has(name)) return told(value.bind(target), tell, name)
      return MODELS.has(name) ? watchedModel(value, tell, name) : value
    },
  })
}

function watchedModel(model, tell, name) {
  return new Proxy(model, {
    get(target, method) {
      const value = target[method]
      return typeof value === 'function' ? told(value.bind(target), tell, `${name}.${String(method)}`) : value
    },
  })
}

function told(statement, tell, name) {
  return async (...args) => {
    tell('before', name)
    const result = await statement(...args)
    tell('after', name)
    return result
  }
}
