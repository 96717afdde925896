import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { connect } from '../../src/store/client.ts'
import { onMysql } from '../support/databases/mysql-url.ts'
import { hasMariaDb, OwnMariaDb } from '../support/databases/own-mariadb.ts'
import { audit } from './support/books.ts'
import { endAll, startCli } from './support/processes.ts'
import { type Stage, setStage } from './support/stage.ts'

let [stage, server]: [Stage | null, OwnMariaDb | null] = [null, null]

afterEach(async () => {
  endAll()
  await stage?.clear()
  await server?.remove()
})

async function ownDatabase(on: OwnMariaDb) {
  await onMysql(['CREATE DATABASE crash CHARACTER SET utf8mb4'], on.url('mysql'))
  const connection = await connect(on.url('crash'), 'mysql')
  return { dialect: 'mysql' as const, url: on.url('crash'), connection, drop: () => connection.close() }
}

// A service of CI's stands elsewhere: only where its programs are installed can a server be killed.
test.skipIf(!hasMariaDb)(
  'a MariaDB server that is killed again and again, and started again: the run goes on, and nothing paid for is lost',
  async () => {
    const own = await OwnMariaDb.make()
    server = own
    stage = await setStage({ dialect: 'mysql', people: 600, credits: 500 }, () => ownDatabase(own))
    const { vendor, place } = stage
    const run = startCli(['run', 'month-end'], place)
    let kills = 0
    for (const calls of [40, 120, 200, 280]) {
      while (vendor.stats.calls < calls && run.running()) await sleep(2)
      if (!run.running()) break
      await own.kill()
      kills += 1
      await sleep(300)
      await own.start()
    }
    const ended = await run.ended
    expect(ended.code, ended.stderr).toBe(0)
    expect(kills).toBe(4)
    expect(ended.stderr).toContain('the database is unreachable')
    expect((await audit(stage, { inFlightAtKills: 0, lostByVendor: 0 })).wrong).toEqual([])
  },
)
