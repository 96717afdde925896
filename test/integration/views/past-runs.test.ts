import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pastRun, pastRuns } from '../../../src/app/past/past-runs.ts'

test('where no database file is, it is said, and none is made by looking for runs', async () => {
  const file = join(tmpdir(), `none-${process.pid}.db`)
  const database = { url: `file:${file}`, dialect: 'sqlite', file, unavailableForMs: 0 } as const
  const scope = { database, vendor: null }
  for (const look of [() => pastRuns(scope, 5), () => pastRun(scope, null)])
    await expect(look()).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' })
  expect(existsSync(file)).toBe(false)
})
