// Which part of src/ may import what: the table behind `npm run lint`. Paths are relative to src/; one that ends with
// a slash means everything under it.
//
// cli → app → {refresh, import, report, schedule, observability} → domain; vendors, store and pacing implement what refresh asks
// for, store what import asks for, and never import each other. import is a part beside refresh, because reading a file
// spends nothing and needs no vendor, no lease, no pace.

const APP = [
  'app.ts',
  'database-file.ts',
  'run.ts',
  'replay.ts',
  'run-request.ts',
  'dry-run.ts',
  'history.ts',
  'unknown-calls.ts',
  'vendor-rules.ts',
  'account-reading.ts',
  'past.ts',
  'reserve-of.ts',
  'outlook.ts',
  'tick.ts',
  'precedence.ts',
  'daemon.ts',
  'hourly-forecast.ts',
  'plan.ts',
  'account-forecast.ts',
  'forecast-news.ts',
  'readiness.ts',
  'daemon-service.ts',
  'doctor.ts',
  'steer.ts',
  'import-parts.ts',
  'import-records.ts',
  'dashboard-account.ts',
  'dashboard-data.ts',
  'dashboard-database.ts',
  'dashboard-forecast.ts',
  'dashboard-service.ts',
  'report.ts',
  'report-csv.ts',
  'report-data.ts',
  'report-thread.ts',
  'report-worker.ts',
  'run-report.ts',
  'scheduled-report.ts',
  'write-whole.ts',
]

/**
 * A file belongs to the first part of which it is a member. It may import its own part, what `may` lists, and as types
 * only what `mayTypes` lists. Packages and node: modules are free unless `packages` lists the only ones allowed.
 */
export const PARTS = [
  { name: 'main', members: ['main.ts'], may: ['cli/'] },
  { name: 'index', members: ['index.ts'], may: ['config/', 'domain/', 'import/', 'refresh/', 'report/', ...APP] },
  {
    name: 'cli',
    members: ['cli/'],
    may: ['config/', 'domain/', 'simulator/', 'observability/', 'demo/', 'report/', ...APP],
    mayTypes: ['import/', 'refresh/'],
  },
  { name: 'demo', members: ['demo/'], may: ['store/'], mayTypes: ['config/'] },
  { name: 'domain', members: ['domain/'], may: [], packages: ['temporal-polyfill'] },
  { name: 'refresh', members: ['refresh/'], may: ['domain/'] },
  { name: 'import', members: ['import/'], may: ['domain/'] },
  { name: 'schedule', members: ['schedule/'], may: ['domain/'] },
  {
    name: 'observability',
    members: ['observability/'],
    may: ['domain/'],
    mayTypes: ['import/state.ts', 'refresh/events.ts', 'refresh/ports/'],
  },
  {
    name: 'dashboard',
    members: ['dashboard/'],
    may: ['domain/'],
    mayTypes: ['account-forecast.ts', 'schedule/decide.ts', 'steer.ts', 'unknown-calls.ts'],
  },
  { name: 'pacing', members: ['pacing/'], may: ['domain/', 'refresh/ports/'] },
  { name: 'store', members: ['store/'], may: ['domain/', 'import/ports.ts', 'refresh/ports/', 'generated/'] },
  { name: 'vendors', members: ['vendors/'], may: ['domain/', 'refresh/ports/'] },
  { name: 'report', members: ['report/'], may: ['domain/'] },
  { name: 'simulator', members: ['simulator/'], may: [] },
  { name: 'config', members: ['config/'], may: ['domain/'] },
  { name: 'presets', members: ['presets.ts', 'presets/'], may: [], mayTypes: ['config/'], packages: [] },
  {
    name: 'app',
    members: APP,
    may: [
      'config/',
      'dashboard/',
      'domain/',
      'import/',
      'observability/',
      'pacing/',
      'refresh/',
      'report/',
      'schedule/',
      'store/',
      'vendors/',
    ],
  },
]

/** Packages that only one place imports. A name that ends with a slash is a scope. */
export const PACKAGES = {
  '@hono/node-server': ['dashboard/listener.ts'],
  '@prisma/': ['store/'],
  bottleneck: ['pacing/limiter.ts'],
  'csv-parse': ['import/csv-fields.ts'],
  got: ['vendors/'],
  hono: ['dashboard/', 'report/'],
  'node-cron': ['schedule/'],
  pg: ['store/'],
  pino: ['observability/'],
  'pino-pretty': ['observability/'],
  'prom-client': ['observability/metrics/'],
  'string-width': ['observability/display/'],
  uplot: ['dashboard/assets.ts'],
}

/** Members of `process` that only some places touch. `import … from 'node:process'` would hide them: nobody may. */
export const PROCESS = {
  argv: ['main.ts'],
  env: ['main.ts', 'config/', 'presets/'],
  exit: ['main.ts'],
}
