/**
 * One process of a crash test: `run`, `resume` or `replay`, as the command line does them, killed at the step of the database
 * that SPENDDOWN_KILL names (see kill-points.mjs). Prints the summary; with SPENDDOWN_TRACE also every step passed.
 */

import { startReplay } from '../../../build/app/run/replay.js'
import { startRun } from '../../../build/app/run/run.js'
import { exitCodeOf, exitCodeOfRun } from '../../../build/cli/exit-code.js'
import { resolveConfig } from '../../../build/config/resolve-config.js'
import { connect } from '../../../build/store/client.js'
import raw from './case-config.mjs'
import { KillPoints } from './kill-points.mjs'

const points = new KillPoints(JSON.parse(process.env.SPENDDOWN_KILL ?? '{}'))
const { config, problems } = resolveConfig(raw)
if (problems !== undefined) throw new Error(JSON.stringify(problems))
const what = process.argv[2] === 'resume' ? { resume: null } : { job: 'month-end' }
const open = async (url, dialect) => points.wrap(await connect(url, dialect))

try {
  const replaying = process.argv[2] === 'replay'
  const summary = replaying ? await startReplay(config, {}, { open }) : await startRun(config, what, { open }).summary
  console.log(JSON.stringify(process.env.SPENDDOWN_TRACE ? { ...summary, passed: points.passed } : summary))
  process.exitCode = exitCodeOfRun(summary)
} catch (error) {
  console.error(error)
  process.exitCode = exitCodeOf(error)
}
