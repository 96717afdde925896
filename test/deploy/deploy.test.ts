import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { program } from '../../src/cli/program.ts'
import { parseEnv } from '../../src/config/load/env-file.ts'
import { loadConfig } from '../../src/config/load/load-config.ts'
import { resolveConfig } from '../../src/config/resolve-config.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const deploy = join(root, 'docs/deploy')
const files = readdirSync(deploy, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /\.|crontab/.test(basename(path)),
)
const textOf = (path: string) => readFileSync(join(deploy, path), 'utf8')
const yamlFiles = files.filter((path) => path.endsWith('.yaml'))
const unitFiles = files.filter((path) => /\.(service|timer)$/.test(path))

type Tree = { [key: string]: unknown }

/** What stands at a path such as `spec/template/containers/0`. */
function at(path: string, way: string): unknown {
  return way.split('/').reduce<unknown>(
    (tree, key) => {
      const found = (tree as Tree | null)?.[key]
      if (found === undefined) throw new Error(`${path} has no ${way} (at ${key})`)
      return found
    },
    parse(textOf(path)),
  )
}

/** Everything that these files have spenddown do: its arguments. */
function commandLines(): string[][] {
  const DAEMON = /(?:npx spenddown|dist\/main\.js) ([^>\n`&|]*)/g
  const inText = files.flatMap((path) => [...textOf(path).matchAll(DAEMON)].map(([, line]) => (line as string).trim()))
  const inReadme = [...textOf('README.md').matchAll(/docker run [^`\n]*? spenddown ([^`\n]+)/g)].map(
    ([, line]) => line as string,
  )
  const inReadmeAlone = [...textOf('README.md').matchAll(/`spenddown ([^`]+)`/g)].map(([, line]) => line as string)
  const inYaml = [
    at('compose.yaml', 'services/spenddown/command'),
    at('kubernetes/deployment.yaml', 'spec/template/spec/containers/0/args'),
    at('kubernetes/accounts.yaml', 'spec/template/spec/containers/0/args'),
    at('kubernetes/cronjob.yaml', 'spec/jobTemplate/spec/template/spec/containers/0/args'),
  ]
  return [...[...inText, ...inReadme, ...inReadmeAlone].map((line) => line.split(/\s+/)), ...(inYaml as string[][])]
}

test('every YAML file is one, and says the same to whoever reads it as YAML 1.1, where `yes` is true', () => {
  expect(yamlFiles.length).toBeGreaterThan(3)
  for (const path of yamlFiles) {
    const text = textOf(path)
    expect(parse(text, { version: '1.1' }), path).toEqual(parse(text))
  }
})

test('every command and every flag that they use is one of spenddown’s', () => {
  const cli = program({ argv: [], noColor: true, dumbTerminal: true, onSignals: () => {} }, () => {})
  const lines = commandLines()
  expect(lines.map(([name]) => name)).toEqual(expect.arrayContaining(['schedule', 'tick', 'doctor', 'plan']))
  for (const [name, ...args] of lines) {
    const command = cli.commands.find((each: Command) => each.name() === name)
    expect(command, `spenddown ${name}`).toBeDefined()
    const known = command?.options.flatMap(({ long, short }) => [long, short]) ?? []
    for (const arg of args) if (arg.startsWith('-')) expect(known, `spenddown ${name} ${arg}`).toContain(arg)
  }
})

test('every environment variable that they use is in .env.example', () => {
  const named = Object.keys(
    parseEnv(readFileSync(join(root, '.env.example'), 'utf8').replace(/^# (?=[A-Z_]+=)/gm, '')).values,
  )
  const used = files.flatMap((path) =>
    [...textOf(path).matchAll(/(?:process\.env\.|\$\{)([A-Z][A-Z_]+)/g)].map(([, name]) => name),
  )
  const given = Object.keys(at('compose.yaml', 'services/spenddown/environment') as Tree)
  expect(used.length).toBeGreaterThan(5)
  expect(named).toEqual(expect.arrayContaining([...new Set([...used, ...given])]))
})

test('the config that they mount is sound', async () => {
  const env = {
    DATABASE_URL: 'file:./a.db',
    ACME_API_KEY: 'k-123456',
    NOTIFY_URL: 'https://a.example',
    HEARTBEAT_URL: 'https://b.example',
  }
  const before = { ...process.env }
  Object.assign(process.env, env)
  try {
    const { raw } = await loadConfig({ path: 'spenddown.config.ts', cwd: deploy, entry: join(root, 'build/index.js') })
    expect(resolveConfig(raw)).not.toHaveProperty('problems')
  } finally {
    // The very object stays: others in this process hold it.
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
})

describe('ports, paths and times are the program’s', () => {
  const container = 'spec/template/spec/containers/0'
  const job = 'spec/jobTemplate/spec/template/spec'

  test('probes ask for what is answered, on the port that is given', () => {
    const port = (args: unknown) => Number((args as string[])[(args as string[]).indexOf('--port') + 1])
    const path = 'kubernetes/deployment.yaml'
    expect(port(at(path, `${container}/args`))).toBe(9464)
    expect(at(path, `${container}/ports/0`)).toEqual({ name: 'metrics', containerPort: 9464 })
    expect(at(path, `${container}/livenessProbe/httpGet`)).toEqual({ path: '/healthz', port: 'metrics' })
    expect(at(path, `${container}/readinessProbe/httpGet`)).toEqual({ path: '/readyz', port: 'metrics' })
    expect(at(path, 'spec/template/metadata/annotations')).toEqual({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9464',
      'prometheus.io/path': '/metrics',
    })
    expect(port(at('compose.yaml', 'services/spenddown/command'))).toBe(9464)
    expect(String(at('compose.yaml', 'services/spenddown/healthcheck/test'))).toContain('http://127.0.0.1:9464/healthz')
  })

  test('a second daemon is not begun before the first has ended; ticks do not overlap', () => {
    expect(at('kubernetes/deployment.yaml', 'spec/replicas')).toBe(1)
    expect(at('kubernetes/deployment.yaml', 'spec/strategy/type')).toBe('Recreate')
    expect(at('kubernetes/cronjob.yaml', 'spec/concurrencyPolicy')).toBe('Forbid')
    expect(at('kubernetes/cronjob.yaml', 'spec/jobTemplate/spec/backoffLimit')).toBe(0)
    expect(at('kubernetes/cronjob.yaml', `${job}/restartPolicy`)).toBe('Never')
  })

  test('many accounts: replicas that go one at a time, otherwise as the one daemon', () => {
    const { replicas, strategy, ...spec } = at('kubernetes/accounts.yaml', 'spec') as Tree
    expect(replicas).toBeGreaterThan(1)
    expect(strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } })
    const budget = at('kubernetes/accounts-disruption.yaml', 'spec')
    expect(budget).toEqual({ maxUnavailable: 1, selector: spec.selector })
    expect(at('kubernetes/accounts.yaml', 'spec/template/metadata/labels')).toEqual((spec.selector as Tree).matchLabels)
    const unlike = ['resources']
    const shared = (path: string) =>
      Object.entries(at(path, container) as Tree).filter(([name]) => !unlike.includes(name))
    expect(shared('kubernetes/accounts.yaml')).toEqual(shared('kubernetes/deployment.yaml'))
    for (const part of ['securityContext', 'automountServiceAccountToken', 'terminationGracePeriodSeconds'])
      expect(at('kubernetes/accounts.yaml', `spec/template/spec/${part}`)).toEqual(
        at('kubernetes/deployment.yaml', `spec/template/spec/${part}`),
      )
  })

  test('whoever stops it waits for as long as a stop can take', () => {
    const drainMs = Number(
      /const DRAIN_MS = ([\d_]+)/
        .exec(readFileSync(join(root, 'src/app/compose/run-parts.ts'), 'utf8'))?.[1]
        ?.replace('_', ''),
    )
    const seconds = [
      at('kubernetes/deployment.yaml', 'spec/template/spec/terminationGracePeriodSeconds'),
      at('kubernetes/cronjob.yaml', `${job}/terminationGracePeriodSeconds`),
      Number(/^(\d+)s$/.exec(String(at('compose.yaml', 'services/spenddown/stop_grace_period')))?.[1]),
      ...unitFiles
        .filter((path) => path.endsWith('.service'))
        .map((path) => Number(/^TimeoutStopSec=(\d+)$/m.exec(textOf(path))?.[1])),
    ]
    // Calls in flight; then a last commit, two tries to tell, and a heartbeat.
    for (const each of seconds) expect(each).toBeGreaterThanOrEqual(drainMs / 1_000 + 25)
  })

  test('both pods see the config where the image looks for it, and keep a journal', () => {
    for (const [path, spec] of [
      ['kubernetes/deployment.yaml', 'spec/template/spec'],
      ['kubernetes/cronjob.yaml', job],
    ] as const) {
      const workdir = /^WORKDIR (\S+)\nENTRYPOINT/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))?.[1]
      expect(at(path, `${spec}/containers/0/volumeMounts`)).toEqual([
        { name: 'journal', mountPath: workdir },
        { name: 'config', mountPath: `${workdir}/spenddown.config.ts`, subPath: 'spenddown.config.ts', readOnly: true },
      ])
      expect(at(path, `${spec}/volumes/0/persistentVolumeClaim/claimName`)).toBe(
        at('kubernetes/journal.yaml', 'metadata/name'),
      )
    }
  })
})

const VERIFY = spawnSync('systemd-analyze', ['--version']).status === 0

test.skipIf(!VERIFY)('systemd finds nothing to complain of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spenddown-units-'))
  // It looks for the program and for the user's folder, which are another machine's.
  for (const path of unitFiles) {
    const text = textOf(path).replace('/usr/bin/node', process.execPath).replaceAll('/srv/spenddown/', `${folder}/`)
    writeFileSync(join(folder, basename(path)), text)
  }
  const units = unitFiles.map((path) => join(folder, basename(path)))
  const { stderr, status } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  expect(stderr.split('\n').filter((line) => line.includes('spenddown'))).toEqual([])
  expect(status).toBe(0)
})

test('no unit can write its own program, its config or its secrets', () => {
  for (const path of unitFiles.filter((each) => each.endsWith('.service'))) {
    const text = textOf(path)
    const all = (name: string) => [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value)
    expect([all('ProtectSystem'), all('NoNewPrivileges'), all('CapabilityBoundingSet')]).toEqual([
      ['strict'],
      ['yes'],
      [''],
    ])
    const [writable = ''] = all('ReadWritePaths')
    const read = [/\/\S+\/main\.js/, /\/\S+\/spenddown\.config\.ts/].map(
      (file) => file.exec(all('ExecStart')[0] ?? '')?.[0],
    )
    for (const file of read) expect(file?.startsWith(`${writable}/`), path).toBe(false)
    expect(all('WorkingDirectory')).toEqual([writable])
  }
})

test('no pod has a token of the cluster, is root, or writes its image', () => {
  for (const [path, way] of [
    ['kubernetes/deployment.yaml', 'spec/template/spec'],
    ['kubernetes/cronjob.yaml', 'spec/jobTemplate/spec/template/spec'],
  ] as const) {
    expect(at(path, `${way}/automountServiceAccountToken`)).toBe(false)
    expect(at(path, `${way}/securityContext`)).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(at(path, `${way}/containers/0/securityContext`)).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  }
})

test('compose with MariaDB is compose with PostgreSQL, but for the database', () => {
  const [other, one] = ['compose.mariadb.yaml', 'compose.yaml'].map((path) => at(path, 'services/spenddown') as Tree)
  const { DATABASE_URL, ...rest } = at('compose.yaml', 'services/spenddown/environment') as Tree
  const url = String(DATABASE_URL).replaceAll('postgresql:', 'mysql:').replaceAll('postgres:5432', 'mariadb:3306')
  const environment = { ...rest, DATABASE_URL: url.replace('POSTGRES_', 'MARIADB_') }
  expect(other).toEqual({ ...one, environment, depends_on: { mariadb: { condition: 'service_healthy' } } })
  const { MARIADB_DATABASE, MARIADB_USER } = at('compose.mariadb.yaml', 'services/mariadb/environment') as Tree
  expect([MARIADB_DATABASE, MARIADB_USER]).toEqual(['spenddown', 'spenddown'])
})

test('the container of compose has no rights that it does not need', () => {
  const { read_only, cap_drop, security_opt } = at('compose.yaml', 'services/spenddown') as Tree
  expect([read_only, cap_drop, security_opt]).toEqual([true, ['ALL'], ['no-new-privileges:true']])
})

describe('the image', () => {
  const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from]) =>
    (from as string).split(' '),
  )

  test('all that is copied is there, and none of it is kept from it', () => {
    expect(copied).toEqual(expect.arrayContaining(['package.json', 'src', 'scripts', 'prisma/sqlite/migrations']))
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true)
      expect(
        ignored.some(
          (line) => line === `!${path}` || line.startsWith(`!${path}/`) || path.startsWith(`${line.slice(1)}/`),
        ),
        path,
      ).toBe(true)
    }
  })

  test('it runs as nobody in particular', () => {
    expect(dockerfile.slice(dockerfile.lastIndexOf('FROM'))).toMatch(/^USER node$/m)
  })

  test('what its build runs needs no file that is not copied', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    for (const [, name] of dockerfile.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty(name as string)
    const open = ['build.mjs']
    for (const script of open) {
      expect(ignored).toContain(`!scripts/${script}`)
      for (const [, next] of readFileSync(join(root, 'scripts', script), 'utf8').matchAll(/from '\.\/([\w.-]+)'/g))
        open.push(next as string)
    }
    expect(open).toContain('generate.mjs')
  })

  test('what runs in it needs no package that only developers have', () => {
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const dist = join(root, 'dist')
    const modules = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.js') && !path.startsWith('generated'),
    )
    const imported =
      /(?:^|[;}\s])(?:import|export)[^'"=;]*?from\s*["']([^"'.][^"']*)["']|\bimport\(["'`]([^"'`.][^"'`]*)/gm
    const named = modules.flatMap((path) =>
      [...readFileSync(join(dist, path), 'utf8').matchAll(imported)].map(([, one, other]) => (one ?? other) as string),
    )
    const packages = named
      .filter((name) => !name.startsWith('node:') && !name.startsWith('spenddown'))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      )
    expect(packages).toContain('prom-client')
    // Whoever keeps limits in Redis installs its client: without it, that is what is said.
    const { peerDependenciesMeta } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const there = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependenciesMeta })
    expect(there).toEqual(expect.arrayContaining([...new Set(packages)]))
  })

  test('it makes dependencies of all optional packages before it leaves out what is optional', () => {
    const step = /RUN (node -e "[^"]+") \\\n {2}&& npm install --omit=dev --omit=optional$/m.exec(dockerfile)?.[1]
    if (step === undefined) throw new Error('the Dockerfile installs in another way')
    const folder = mkdtempSync(join(tmpdir(), 'spenddown-image-'))
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))
    execFileSync('sh', ['-c', step], { cwd: folder })
    const [before, after] = [root, folder].map((from) => JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')))
    rmSync(folder, { recursive: true })
    expect(Object.keys(before.optionalDependencies)).toContain('@prisma/adapter-pg')
    expect(after.dependencies).toEqual({ ...before.dependencies, ...before.optionalDependencies })
    expect(after.optionalDependencies).toBeUndefined()
  })
})
