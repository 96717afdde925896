// Which part of src/ may import what: the table behind `npm run lint`. Paths are relative to src/; one that ends with
// a slash means everything under it.
//
// {cli, library} → app/fleet → app/{daemon,dashboard,health,import,init} → app/run → app/report → app/plan → app/past → app/compose
//     → {refresh, import, report, schedule, observability} → domain
//
// vendors, store and pacing implement what refresh asks for, store what import asks for, and never import each other. import
// is a part beside refresh: reading a file spends nothing and needs no vendor, no lease, no pace.

/** What use cases are made of: the core, and the adapters. */
const CORE = ['config/', 'domain/', 'observability/', 'refresh/', 'report/', 'schedule/', 'store/', 'web/']

/** A room of use cases, and the rooms below it that it may import. */
function room(name, rooms, more = []) {
  const may = [...CORE, ...rooms.map((each) => `app/${each}/`), ...more]
  return { name: `app/${name}`, members: [`app/${name}/`], may }
}

/**
 * A file belongs to the first part of which it is a member. It may import its own part, what `may` lists, and as types
 * only what `mayTypes` lists. Packages and node: modules are free unless `packages` lists the only ones allowed.
 */
export const PARTS = [
  { name: 'main', members: ['main.ts'], may: ['cli/'] },
  {
    name: 'library',
    members: ['index.ts', 'library/'],
    may: ['app/', 'config/', 'domain/', 'report/'],
    mayTypes: ['import/', 'refresh/', 'schedule/'],
  },
  {
    name: 'cli',
    members: ['cli/'],
    may: ['app/', 'config/', 'demo/', 'domain/', 'observability/', 'report/', 'simulator/'],
    mayTypes: ['import/', 'refresh/', 'schedule/'],
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
    mayTypes: ['import/ports.ts', 'refresh/events/', 'refresh/ports/'],
  },
  {
    name: 'dashboard',
    members: ['dashboard/'],
    may: ['domain/', 'report/'],
    mayTypes: ['schedule/'],
  },
  { name: 'pacing', members: ['pacing/'], may: ['domain/', 'refresh/ports/'] },
  {
    name: 'store/dialect',
    members: ['store/dialect/'],
    may: ['domain/', 'generated/', 'store/sql.ts', 'store/user-table/'],
  },
  { name: 'store', members: ['store/'], may: ['domain/', 'import/ports.ts', 'refresh/ports/', 'generated/'] },
  { name: 'vendors', members: ['vendors/'], may: ['domain/', 'refresh/ports/'] },
  { name: 'report', members: ['report/'], may: ['domain/'] },
  { name: 'web', members: ['web/'], may: ['domain/'] },
  { name: 'simulator', members: ['simulator/'], may: [] },
  { name: 'config', members: ['config/'], may: ['domain/'] },
  { name: 'presets', members: ['presets.ts', 'presets/'], may: [], mayTypes: ['config/'], packages: [] },
  room('compose', [], ['pacing/', 'vendors/']),
  room('past', ['compose']),
  room('plan', ['past', 'compose']),
  room('report', ['plan', 'past', 'compose']),
  room('run', ['report', 'plan', 'past', 'compose']),
  room('import', ['compose'], ['import/']),
  room('init', ['compose'], ['presets/known-presets.ts']),
  room('health', ['plan', 'past', 'compose']),
  room('dashboard', ['health', 'plan', 'run', 'report', 'past', 'compose'], ['dashboard/']),
  room('daemon', ['dashboard', 'health', 'plan', 'run', 'past', 'compose']),
  room('fleet', ['daemon', 'dashboard', 'health', 'plan', 'run', 'past', 'compose'], ['dashboard/']),
]

/** Folders that only some places import, whatever their part may. */
export const PRIVATE = {
  'store/dialect/': ['store/'],
  'store/dialect/mysql/': ['store/dialect/'],
  'store/dialect/postgresql/': ['store/dialect/'],
  'store/dialect/sqlite/': ['store/dialect/'],
}

/**
 * Names of databases, and the only places that compare with one: elsewhere a database more would silently take another's
 * branch. A URL's scheme is not a database's name yet.
 */
export const DATABASES = {
  names: ['mariadb', 'mysql', 'postgresql', 'sqlite'],
  places: ['config/schema/values/database-url.ts', 'store/dialect/'],
}

/** Packages that only one place imports. A name that ends with a slash is a scope. */
export const PACKAGES = {
  '@hono/node-server': ['web/listen.ts'],
  '@prisma/': ['store/'],
  bottleneck: ['pacing/limiter.ts', 'pacing/shared/redis-turnstile.ts'],
  'csv-parse': ['import/csv-fields.ts'],
  got: ['vendors/'],
  mariadb: ['store/dialect/mysql/'],
  hono: ['dashboard/', 'report/', 'web/'],
  ioredis: ['pacing/shared/redis-turnstile.ts'],
  'node-cron': ['schedule/'],
  pg: ['store/'],
  'pg-boss': ['store/queue/boss-queue.ts'],
  pino: ['observability/'],
  'pino-pretty': ['observability/'],
  'prom-client': ['observability/metrics/'],
  'string-width': ['observability/display/'],
}

/** Files of which only some places may use more than the types: a database is opened, and closed, in one place. */
export const FILES = {
  'store/client.ts': ['store/', 'app/compose/', 'app/report/report-worker.ts', 'demo/'],
}

/** Members of `process` that only some places touch. `import … from 'node:process'` would hide them: nobody may. */
export const PROCESS = {
  argv: ['main.ts'],
  env: ['main.ts', 'config/', 'presets/'],
  exit: ['main.ts'],
}
