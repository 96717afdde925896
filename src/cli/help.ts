import type { Command } from 'commander'

type Example = readonly [line: string, does: string]

const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'First steps:': ['init', 'doctor', 'try', 'demo', 'simulate-vendor'],
  'Refresh records:': ['run', 'resume', 'replay', 'import'],
  'By itself:': ['tick', 'schedule'],
  'See how it stands, without spending a credit:': ['plan', 'status', 'runs', 'accounts', 'dashboard', 'report'],
  'A run under way:': ['pause', 'continue', 'stop'],
  'Put in order:': ['unknown', 'cooldown', 'migrate'],
}

const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  spenddown: [
    ['spenddown init', 'write a first config'],
    ['spenddown try', 'one record, shown before and after it is sent'],
    ['spenddown plan', 'what will expire unused, and why'],
    ['spenddown run month-end', 'the whole job'],
  ],
  init: [['spenddown init --database file:./people.db --preset hunter --yes', 'without a question']],
  try: [['spenddown try --ids 4711 --show-request', 'the request alone']],
  run: [
    ["spenddown run --filter 'country=US' --limit 10", 'ten records'],
    ['spenddown run month-end --dry-run', 'what would be done'],
    ['spenddown run --ids-file keys.txt --budget 200', 'these records, for 200 credits at most'],
  ],
  resume: [['spenddown resume', 'the latest interrupted run']],
  import: [['spenddown import new-people.csv.gz --dry-run', 'what would be added']],
  tick: [['*/10 * * * *  cd /srv/acme && npx spenddown tick --quiet', 'in a crontab']],
  schedule: [['spenddown schedule --port 9464', 'with health and metrics']],
  plan: [['spenddown plan --record 4711', 'why a record is where it is']],
  status: [['spenddown status --json | jq .judgement', 'the verdict, for a script']],
  report: [['spenddown report --out run.html', 'the latest run, as a page']],
  unknown: [
    ['spenddown unknown --settle 20261130-9f3c1a2b7d/17=free', 'one that the vendor did not charge'],
    ['spenddown unknown --settle all=charged', 'all of them'],
  ],
  clear: [['spenddown cooldown clear --outcome failed', 'those that failed']],
}

const EXITS = [
  ['0', 'the run did what it could'],
  ['1', 'unexpected, or the run failed and needs a person'],
  ['2', 'the command line, the config, the table or the database is wrong; nothing was spent'],
  ['3', 'stopped early: `spenddown resume` goes on'],
  ['4', 'another process is spending from this account'],
] as const

/** Puts commands in groups, and examples and exit codes under their help. */
export function withHelp(cli: Command): void {
  for (const command of cli.commands) {
    const group = Object.entries(GROUPS).find(([, names]) => names.includes(command.name()))
    if (group !== undefined) command.helpGroup(group[0])
    for (const each of [command, ...command.commands]) each.addHelpText('after', () => textOf(each.name()))
  }
  cli.addHelpText('after', () => textOf(cli.name()))
}

function textOf(name: string): string {
  const examples = EXAMPLES[name] ?? []
  const parts = [...(examples.length === 0 ? [] : [list('Examples:', examples)]), list('Exit codes:', EXITS)]
  return `\n${parts.join('\n\n')}`
}

function list(title: string, rows: readonly Example[]): string {
  const width = Math.max(...rows.map(([first]) => first.length))
  return [title, ...rows.map(([first, words]) => `  ${first.padEnd(width)}  ${words}`)].join('\n')
}
