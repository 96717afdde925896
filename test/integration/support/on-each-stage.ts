import { afterEach, describe } from 'vitest'
import type { Dialect } from '../../../src/store/sql.ts'
import { onDatabase, onEachDatabase, onEachDatabaseInFull } from '../../support/databases/databases.ts'
import { type Setting, type Stage, setStage } from './stage.ts'

export type Begin = (setting?: Setting) => Promise<Stage>

/** The same suite on both databases, for what the store does; each stage that a test sets is cleared after it. */
export function onBothStages(suite: (begin: Begin, dialect: Dialect) => void): void {
  onEachDatabase((dialect) => suite(stagesOn(dialect), dialect))
}

/** The same, on the one named: for a suite that takes its time, each database in a file of its own. */
export function onStagesOf(dialect: Dialect, suite: (begin: Begin) => void): void {
  onDatabase(dialect, () => suite(stagesOn(dialect)))
}

/** On SQLite in `npm test`, on PostgreSQL in the full tier: what the program does above the store. */
export function onEachStage(suite: (begin: Begin, dialect: Dialect) => void): void {
  onEachDatabaseInFull('sqlite', (dialect) => suite(stagesOn(dialect), dialect))
}

/** What takes its time and is the same on any database. */
export function onOneStage(suite: (begin: Begin) => void): void {
  describe('on one database', () => suite(stagesOn('sqlite')))
}

function stagesOn(dialect: Dialect): Begin {
  const stages: Stage[] = []
  afterEach(async () => {
    await Promise.all(stages.splice(0).map((stage) => stage.clear()))
  })
  return async (setting = {}) => {
    const stage = await setStage(dialect, setting)
    stages.push(stage)
    return stage
  }
}
