import type { Config } from '../../config/config.ts'
import { InputError } from '../../domain/errors/errors.ts'
import type { ControlAction, ControlledRun } from '../../domain/run/control-action.ts'
import type { Connection } from '../../store/client.ts'
import { leaseHolder } from '../../store/ledger/leases.ts'
import { findRun, latestInterrupted, setControlRequest } from '../../store/runs/runs.ts'
import { readDatabase } from '../compose/with-database.ts'
import { summaryOf } from '../past/past-runs.ts'

/** Sets or withdraws a control request, through the database: the run may be on any machine. Throws InputError. */
export async function controlRun(
  { database, vendor }: Config,
  what: ControlAction,
  runId: string | null,
  by: string,
  now = Date.now(),
): Promise<ControlledRun> {
  const request = async (connection: Connection) => {
    const { client } = connection
    const run = runId === null ? await latestInterrupted(client, vendor.name, null) : await findRun(client, runId)
    if (run === null) throw noRun(what, runId === null ? 'no run that has not ended' : `no run "${runId}"`)
    const controlRequest = what === 'continue' ? null : { what, by, at: now }
    if (!(await setControlRequest(client, run.no, controlRequest)))
      throw noRun(what, `run ${run.id}, which has ended (${run.status})`)
    const atWork = run.status === 'running' ? await leaseHolder(client, run.vendor, now) : null
    return { run: await summaryOf({ ...run, controlRequest }, connection, now), atWork }
  }
  return readDatabase(database, request, () => {
    throw noRun(what, 'no runs in this database')
  })
}

function noRun(what: ControlAction, found: string): InputError {
  const hint = '`spenddown runs` lists them.'
  return new InputError('RUN_NOT_FOUND', [{ path: what, found, allowed: 'a run that has not ended', hint }])
}
