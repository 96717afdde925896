import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { decimal, decimalOrShare, each, port, seconds, whole } from './arguments.ts'
import { withHelp } from './help.ts'
import type { Host } from './host.ts'

/** The command line. Commands are loaded when they are called, so that --help is quick. */
export function program(host: Host, exit: (code: number) => void): Command {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const cli = new Command('spenddown')
    .description("Spends what is left of a data vendor's monthly API credits on refreshing your own records.")
    .version(version)
    .exitOverride()
    .showHelpAfterError('(--help shows what is allowed)')
  const command: Add = (usage, description) => cli.command(usage).description(description)
  const runs: Runs =
    (load) =>
    async (...given) => {
      const work = (await load()) as (...given: unknown[]) => Promise<number>
      // Commander hands on itself behind the arguments and the flags.
      exit(await work(...given.slice(0, -1), host))
    }
  for (const add of [addInit, addRun, addTry, addSchedule, addImport, addReports, addControl, addUnknown, addUpkeep])
    add(command, runs)
  const group = cli.command('cooldown').description('records that are left alone after a miss or a failure')
  addCoolDown((usage, description) => group.command(usage).description(description), runs)
  // After their own options, so that those stand first.
  for (const each of [...cli.commands, ...group.commands]) if (each !== group) common(each)
  withHelp(cli)
  return cli
}

type Add = (usage: string, description: string) => Command
/** What a command does: it takes its arguments, its flags and the process, and answers the exit code. */
type Work = (...given: never[]) => Promise<number>
type Runs = (load: () => Promise<Work>) => (...given: unknown[]) => Promise<void>

/** The database's thread loads its own code meanwhile. */
async function loadRun() {
  const { startDatabaseThread } = await import('../app/compose/start-thread.ts')
  startDatabaseThread()
  return import('./commands/run.ts')
}

function addInit(command: Add, runs: Runs): void {
  command('init', 'write a config and its .env by what is in the database; asks on a terminal, overwrites nothing')
    .option('--database <url>', 'file:./path.db, postgresql://… or mysql://…')
    .option('--table <name>', 'the table whose records are refreshed')
    .option('--key <column>', 'its primary key')
    .option('--refreshed-at <column>', 'the column that says when a record was refreshed, or none')
    .option('--preset <name>', 'the preset of the vendor, such as people-data-labs, or none')
    .option('--base-url <url>', "the vendor's base URL, where it has no preset")
    .option('--path <path>', 'where one person is looked up, where it has no preset')
    .option('--key-header <name>', 'the header that carries your key, where it has no preset')
    .option('--lookup <columns>', 'columns by which the vendor finds a person, also PARAMETER=COLUMN')
    .option('--columns <columns>', 'columns to refresh, also COLUMN=PATH')
    .option('-y, --yes', 'take what it proposes without a question')
    .action(runs(async () => (await import('./commands/init.ts')).initCommand))
}

function addRun(command: Add, runs: Runs): void {
  selecting(command('run [job]', 'select records and refresh them; goes on with an interrupted run of the job'))
    .option('--limit <n>', 'so many records at most', whole)
    .option('--budget <credits>', 'so many credits at most', decimal)
    .option('--reserve <credits>', 'so many credits are left for others, or a share, such as 10%', decimalOrShare)
    .option('--dry-run', 'show what would be done; spends nothing')
    .option('--new', 'start a new run even where one was interrupted')
    .action(runs(async () => (await loadRun()).runCommand))
  command('resume [run]', 'go on with the latest interrupted run, or the one named').action(
    runs(async () => (await loadRun()).resumeCommand),
  )
  command('replay [run]', 'map the kept replies of the latest run, or the one named, once more; makes no call')
    .option('--dry-run', 'show what would change; writes nothing')
    .action(runs(async () => (await import('./commands/replay.ts')).replayCommand))
}

function addTry(command: Add, runs: Runs): void {
  narrowing(command('try [job]', 'one record, shown whole: its request, then its reply and what that changes'))
    .option('--ids <key>', 'the primary key of the record (default: the one that would be first)')
    .option('--show-request', 'stop before the call; spends nothing')
    .option('-y, --yes', 'send it without a question')
    .action(runs(async () => (await import('./commands/try.ts')).tryCommand))
}

function addImport(command: Add, runs: Runs): void {
  command('import <file>', 'add new people from JSON lines or CSV (gzip too) to your table; - is standard input')
    .option('--format <name>', "'jsonl' or 'csv' (default: by the file's name, else by how it begins)")
    .option('--rejects <path>', 'where lines go that cannot be imported (default: FILE.rejects.jsonl)')
    .option('--batch <n>', 'so many lines in one transaction (default: 20000)', whole)
    .option('--limit <n>', 'so many lines at most', whole)
    .option('--dry-run', 'show what would be done; writes nothing')
    .action(runs(async () => (await import('./commands/import.ts')).importCommand))
}

function addSchedule(command: Add, runs: Runs): void {
  command('tick', 'start or resume what the schedule has due, or say why not; for cron and its like').action(
    runs(async () => (await import('./commands/tick.ts')).tickCommand),
  )
  command('schedule', 'the daemon: the same, again and again')
    .option('--every <seconds>', 'how often it asks; up to 59, or whole minutes', seconds, 60)
    .option('--port <n>', "answer /healthz, /readyz and /metrics there (default: the config's, else nowhere)", port)
    .option('--host <address>', 'on that address of this machine (default: 127.0.0.1, this machine alone)')
    .action(runs(async () => (await import('./commands/schedule.ts')).scheduleCommand))
}

/** A database may hold the runs of several configs. */
const ALL_VENDORS = ['--all-vendors', 'runs of other vendors in this database too'] as const

function addReports(command: Add, runs: Runs): void {
  command('plan [job]', 'the forecast, without a credit: records, credits, time, and what would expire unused')
    .option('--record <key>', 'instead, why this record is where it is in an order by gain')
    .action(runs(async () => (await import('./commands/plan.ts')).planCommand))
  command('status [run]', 'where the latest run stands, or the one named')
    .option(...ALL_VENDORS)
    .action(runs(async () => (await import('./commands/runs.ts')).statusCommand))
  command('runs', "all runs of the config's vendor, newest first")
    .option(...ALL_VENDORS)
    .option('--limit <n>', 'so many at most', whole, 50)
    .action(runs(async () => (await import('./commands/runs.ts')).runsCommand))
  command('accounts', 'the accounts of a config of many, those that would lose most first; spends nothing')
    .option('--limit <n>', 'so many at most (default: 50 in words, all with --json)', whole)
    .option('--no-look', 'as they were last seen; without it, those that nobody has looked at in time are looked at')
    .action(runs(async () => (await import('./commands/accounts.ts')).accountsCommand))
  command('dashboard', 'the account and its runs in a browser, live; until it is stopped')
    .option('--port <n>', 'where to listen; 0: any free port', port, 9465)
    .option('--host <address>', 'on that address of this machine; others than this machine need a token', '127.0.0.1')
    .action(runs(async () => (await import('./commands/dashboard.ts')).dashboardCommand))
  command('report [run]', 'what the latest run, or the one named, came to: credits, records, course, reasons')
    .option('--out <path>', 'the file to write, whole or not at all (default: stdout)')
    .option('--format <name>', "'html', 'md', 'json' or 'csv' (default: by the file's name, else md)")
    .option('--since <day>', 'of many accounts, where none is named: the runs that began since then (default: 31 days)')
    .option(...ALL_VENDORS)
    .action(runs(async () => (await import('./commands/report.ts')).reportCommand))
}

const CONTROL = {
  pause: 'no new calls of the run at work, until continue; what is in flight is waited for',
  continue: 'take back a pause or a stop',
  stop: 'the run at work stops early; resume goes on, the schedule does not',
} as const

function addControl(command: Add, runs: Runs): void {
  for (const what of ['pause', 'continue', 'stop'] as const)
    command(`${what} [run]`, CONTROL[what])
      .option('--by <name>', 'who asks, kept with the run (default: user@host)')
      .action(runs(async () => (await import('./commands/runs.ts')).controlCommand.bind(null, what)))
}

function addUnknown(command: Add, runs: Runs): void {
  command(
    'unknown',
    'calls of which nobody knows what they cost, with the credits that they hold; or settle them by hand',
  )
    .option(
      '--settle <id=cost>',
      'RUN/N=charged (all that it held) or RUN/N=free, repeatable; or all=charged; all or none',
      each,
      [],
    )
    .option('--by <name>', 'who decides, kept with the decision (default: user@host)')
    .action(runs(async () => (await import('./commands/unknown.ts')).unknownCommand))
}

function addCoolDown(command: Add, runs: Runs): void {
  const outcome = ['--outcome <name>', "how they ended: 'not-found' or 'failed'"] as const
  selecting(command('list', 'the records that are cooling down, until when and why; the latest tried first'))
    .option(...outcome)
    .option('--limit <n>', 'so many at most', whole, 50)
    .action(runs(async () => (await import('./commands/cooldown.ts')).cooldownListCommand))
  selecting(
    command('clear', 'lift the cool-down of the records that all flags select, so that they are selected again'),
  )
    .option(...outcome)
    .option('--all', 'all of them')
    .action(runs(async () => (await import('./commands/cooldown.ts')).cooldownClearCommand))
}

function addUpkeep(command: Add, runs: Runs): void {
  command('migrate', "prepare the database: spenddown's own tables, beside yours").action(
    runs(async () => (await import('./commands/upkeep.ts')).migrateCommand),
  )
  command('doctor', 'check config, database, vendor, clocks and schedule; spends nothing').action(
    runs(async () => (await import('./commands/upkeep.ts')).doctorCommand),
  )
  command('demo', 'the main job on a simulated vendor and an embedded database').action(
    runs(async () => (await import('./commands/demo.ts')).demoCommand),
  )
  command('simulate-vendor', 'the simulated vendor alone, until it is stopped')
    .option('--port <n>', 'where to listen; 0: any free port', whole, 4010)
    .option('--credits <n>', 'what the account holds', decimal, 10_000)
    .option('--behaviour <json>', 'how it behaves, as PATCH /_simulator/behaviour takes it')
    .option('--seed <n>', 'the same seed, the same misses and faults', whole, 1)
    .action(runs(async () => (await import('./commands/simulate.ts')).simulateCommand))
}

function common(command: Command): Command {
  return command
    .optionsGroup('Everywhere:')
    .option('-c, --config <path>', 'the config file (default: spenddown.config.{ts,mts,js,mjs} in this folder)')
    .option(
      '--account <name>',
      'of a config of several accounts, which; repeatable where a command is about several',
      each,
    )
    .option('--json', 'one JSON document on stdout; logs on stderr')
    .option('-q, --quiet', 'only warnings and errors')
    .option('-v, --verbose', 'every checkpoint too')
}

function narrowing(command: Command): Command {
  return command
    .option('--where <json>', 'a condition in the config\'s language, such as \'{"country":"US"}\'')
    .option('--filter <condition>', "'column=value', with = != < <= > >=; repeatable", each, [])
}

function selecting(command: Command): Command {
  return narrowing(command)
    .option('--ids <keys>', 'primary keys, with commas between')
    .option('--ids-file <path>', 'primary keys, one a line; - is standard input')
}
