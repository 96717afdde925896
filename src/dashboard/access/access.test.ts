import { describe, expect, test } from 'vitest'
import {
  cookieByKey,
  cookieOf,
  dashboardOver,
  formTokenOf,
  KEY,
  NOW,
} from '../../../test/support/dashboard/dashboard-under-test.ts'
import { DatabaseUnavailableError } from '../../domain/errors/errors.ts'

const TOKEN = 'k3Xo9-no-two-are-alike'
const SAME = { 'sec-fetch-site': 'same-origin' }

type At = ReturnType<typeof dashboardOver>['at']

function form(fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...SAME, ...headers },
  }
}

/** A page that asks, as a browser has it. */
async function asked(
  at: At,
  path = '/runs/20261130-aa/pause',
  cookie = '',
): Promise<{ token: string; cookie: string }> {
  const own = cookie || (path === '/login' ? '' : await cookieByKey(at))
  const answer = await at(path, { headers: { cookie: own } })
  return { token: formTokenOf(await answer.text()), cookie: own || cookieOf(answer) }
}

async function signIn(at: At, fields: Record<string, string> = {}): Promise<Response> {
  const { token, cookie } = await asked(at, '/login')
  return at('/login', form({ form: token, token: TOKEN, ...fields }, { cookie }))
}

describe('every answer', () => {
  test('allows nothing from another host and nothing inline, and is kept by nobody', async () => {
    const { at } = dashboardOver({}, { token: TOKEN })
    for (const path of ['/', '/login', '/nothing', '/runs/x/events']) {
      const { headers } = await at(path)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy, path).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
      expect(policy).toContain("form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
      expect(policy).not.toMatch(/unsafe|\*|http|data:/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cache-control')).toBe('no-store')
    }
  })

  test('assets are kept for good by the name of their content', async () => {
    const { at } = dashboardOver({}, { token: TOKEN })
    const page = await (await at('/login')).text()
    const [, path] = /href="(\/assets\/dashboard\.css\?v=[^"]+)"/.exec(page) ?? []
    const asset = await at(path ?? '')
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, expect.stringContaining('immutable')])
    expect((await at('/assets/live.js')).headers.get('content-type')).toContain('javascript')
    for (const name of ['..%2fdashboard.ts', 'constructor', '%2e%2e'])
      expect([303, 404]).toContain((await at(`/assets/${name}`)).status)
  })
})

describe('without a token', () => {
  test.each([
    'evil.example',
    'evil.example:9465',
    'localhost',
    'localhost:80',
    '127.0.0.1.evil.example:9465',
    '[::2]:9465',
    '',
  ])('a request that names "%s" is refused: a page of another site may have sent it here', async (host) => {
    const answer = await dashboardOver().at('/', { headers: { host } })
    expect([answer.status, await answer.text()]).toEqual([421, expect.not.stringContaining('acme')])
  })

  test.each(['localhost:9465', '127.0.0.1:9465', '[::1]:9465', 'LOCALHOST:9465'])(
    '%s is this machine',
    async (host) => {
      expect((await dashboardOver().at('/', { headers: { host } })).status).toBe(200)
    },
  )

  test('another site embeds nothing, and may link', async () => {
    const { at } = dashboardOver()
    expect((await at('/', { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } })).status).toBe(
      403,
    )
    expect((await at('/', { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } })).status).toBe(
      200,
    )
  })

  test('a run is steered by a form of ours, sent from its page, and who it was is kept', async () => {
    const { at, done } = dashboardOver()
    for (const what of ['pause', 'continue', 'stop']) {
      const { token, cookie } = await asked(at, `/runs/20261130-aa/${what}`)
      const answer = await at(`/runs/20261130-aa/${what}`, form({ form: token }, { cookie }))
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/runs/20261130-aa'])
    }
    expect(done.map(([what]) => what)).toEqual(['pause', 'continue', 'stop'])
    expect(done[0]).toEqual(['pause', '20261130-aa', 'dashboard@vm'])
  })

  test('an unknown call is settled likewise', async () => {
    const { at, done } = dashboardOver()
    const { token, cookie } = await asked(at, '/unknown/settle?call=20261130-aa%2F7&as=charged')
    const fields = { form: token, call: '20261130-aa/7', as: 'charged' }
    expect((await at('/unknown/settle', form(fields, { cookie }))).status).toBe(303)
    expect((await at('/unknown/settle', form({ ...fields, as: 'half' }, { cookie }))).status).toBe(400)
    expect(done).toEqual([['settle charged', '20261130-aa/7', 'dashboard@vm']])
  })

  test('a form from elsewhere does nothing, whatever it knows', async () => {
    const { at, done } = dashboardOver()
    const { token, cookie } = await asked(at)
    const other = await asked(at)
    const send = async (headers: Record<string, string>, fields: Record<string, string> = { form: token }) => {
      const init = form(fields, { cookie, ...headers })
      return (await at('/runs/20261130-aa/pause', init)).status
    }
    expect(await send({ 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await send({ 'sec-fetch-site': 'same-site' })).toBe(403)
    expect(await send({ 'sec-fetch-site': 'none' })).toBe(403)
    expect(await send({ origin: 'http://evil.example' })).toBe(403)
    expect(await send({ origin: 'null' })).toBe(403)
    expect(await send({ origin: 'http://localhost:3000' })).toBe(403)
    expect(await send({}, { form: '' })).toBe(403)
    expect(await send({}, {})).toBe(403)
    expect(await send({}, { form: other.token })).toBe(403)
    expect(await send({ cookie: '' })).toBe(403)
    expect(await send({ cookie: `${cookie}x` })).toBe(403)
    expect(done).toEqual([])
    expect(await send({ origin: 'http://localhost:9465' })).toBe(303)
  })

  test('whoever was not given the key does nothing, whatever they forge: a plain proxy may have let them in', async () => {
    const { at, done } = dashboardOver()
    const page = await at('/runs/20261130-aa/pause')
    const text = await page.text()
    expect(text).toContain('href="/login?next=%2Fruns%2F20261130-aa%2Fpause"')
    const cookie = cookieOf(page)
    // The form of signing in has the token of every form.
    const login = await (await at('/login', { headers: { cookie } })).text()
    const headers = { cookie, origin: 'http://localhost:9465' }
    for (const [path, fields] of [
      ['/runs/20261130-aa/pause', {}],
      ['/unknown/settle', { call: '20261130-aa/7', as: 'free' }],
    ] as const)
      expect((await at(path, form({ form: formTokenOf(login), ...fields }, headers))).status).toBe(403)
    for (const key of ['', 'x', `${KEY}x`]) expect((await at(`/login?key=${key}`)).status).toBe(401)
    expect(done).toEqual([])
  })

  test.each<Record<string, string>>([
    { 'x-forwarded-for': '192.0.2.1' },
    { 'x-forwarded-proto': 'https' },
    { forwarded: 'for=192.0.2.1' },
    { via: '1.1 proxy' },
    { 'x-real-ip': '192.0.2.1' },
    { 'cf-connecting-ip': '192.0.2.1' },
  ])('what a proxy passes on is refused, with what to do: %j', async (headers) => {
    const { at } = dashboardOver()
    for (const path of ['/', '/login', `/login?key=${KEY}`]) {
      const answer = await at(path, { headers })
      expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('service.token')])
    }
    expect((await dashboardOver({}, { token: TOKEN }).at('/login', { headers })).status).toBe(200)
  })

  test('the key is typed too, and leads on; where there is none, pages only show', async () => {
    const { at, done } = dashboardOver()
    const { token, cookie } = await asked(at, '/login')
    const next = '/runs/20261130-aa/pause'
    const answer = await at('/login', form({ form: token, token: KEY, name: 'ann', next }, { cookie }))
    expect([answer.status, answer.headers.get('location')]).toEqual([303, next])
    const own = await asked(at, next, cookieOf(answer))
    expect((await at(next, form({ form: own.token }, { cookie: own.cookie }))).status).toBe(303)
    expect(done).toEqual([['pause', '20261130-aa', 'ann by dashboard@vm']])
    const shown = dashboardOver({}, { key: null })
    expect((await shown.at('/login?key=')).headers.get('location')).toBe('/')
    expect(await (await shown.at(next)).text()).toMatch(/only shows. Set <code>service.token/)
    expect(await (await shown.at(next)).text()).not.toContain('<form')
  })

  test('looking does nothing', async () => {
    const { at, done } = dashboardOver()
    const answer = await at('/runs/20261130-aa/stop')
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('Stop this run?')])
    expect(done).toEqual([])
  })

  test('a form that met a database that is unreachable is not sent again by itself, and leads to where one sees', async () => {
    const { at } = dashboardOver({ settle: () => Promise.reject(new DatabaseUnavailableError('away')) })
    const { token, cookie } = await asked(at, '/unknown/settle?call=20261130-aa/7&as=free')
    const answer = await at('/unknown/settle', form({ form: token, call: '20261130-aa/7', as: 'free' }, { cookie }))
    expect([answer.status, answer.headers.get('refresh'), answer.headers.get('retry-after')]).toEqual([503, null, '10'])
    const page = await answer.text()
    expect(page).toContain('Whether it was done is not known')
    expect(page).not.toContain('looks again by itself')
  })

  test('a form is small', async () => {
    const { at } = dashboardOver()
    const init = form({ form: 'x'.repeat(40_000) }, { 'content-length': '40005' })
    expect((await at('/runs/x/stop', init)).status).toBe(413)
  })
})

describe('with a token', () => {
  const guarded = () => dashboardOver({}, { token: TOKEN })

  test('whoever does not show it sees nothing: a person is asked for it, a script is told', async () => {
    const { at } = guarded()
    const page = await at('/runs/20261130-aa?x=1')
    expect([page.status, page.headers.get('location')]).toEqual([303, '/login?next=%2Fruns%2F20261130-aa%3Fx%3D1'])
    for (const path of ['/events', '/runs/x/events', '/runs/x/course'])
      expect((await at(path, { headers: { accept: '*/*' } })).status, path).toBe(401)
    expect((await at('/runs/20261130-aa/stop', form({}))).status).toBe(401)
    const login = await (await at('/login')).text()
    expect(login).not.toContain('acme')
  })

  test('who shows it is let in, wherever they come from, under the name that they give', async () => {
    const { at, done } = guarded()
    const answer = await signIn(at, { name: 'ann\u202e', next: '/runs' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/runs'])
    const given = answer.headers.get('set-cookie') ?? ''
    expect(given).toMatch(/^spenddown_9465=.*; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(Buffer.from(given, 'base64').toString('latin1') + given).not.toContain(TOKEN)
    const cookie = cookieOf(answer)
    const page = await at('/', { headers: { cookie, host: 'dashboard.example' } })
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Sign out')])
    const { token } = await asked(at, '/runs/20261130-aa/pause', cookie)
    expect((await at('/runs/20261130-aa/pause', form({ form: token }, { cookie }))).status).toBe(303)
    expect(done).toEqual([['pause', '20261130-aa', 'ann by dashboard@vm']])
  })

  test('a session before signing in is not the one after it', async () => {
    const { at } = guarded()
    const before = await asked(at, '/login')
    const answer = await at('/login', form({ form: before.token, token: TOKEN }, { cookie: before.cookie }))
    expect(cookieOf(answer)).not.toBe(before.cookie)
    expect((await at('/', { headers: { cookie: before.cookie } })).status).toBe(303)
  })

  test('signing out is for good', async () => {
    const { at } = guarded()
    const cookie = cookieOf(await signIn(at))
    const { token } = await asked(at, '/', cookie)
    expect((await at('/logout', form({ form: token }, { cookie }))).status).toBe(303)
    expect((await at('/', { headers: { cookie } })).status).toBe(303)
  })

  test.each(['https://evil.example', '//evil.example', '/\\evil.example', '/login', 'javascript:alert(1)', '/a\nb'])(
    'signing in leads to a page of ours, and not to %j',
    async (next) => {
      expect((await signIn(guarded().at, { next })).headers.get('location')).toBe('/')
    },
  )

  test('a wrong token is refused and told to the log, never itself; after some, others wait, and the right one goes in', async () => {
    let now = NOW
    const { at, logged } = dashboardOver({}, { token: TOKEN, now: () => now })
    for (let n = 0; n < 8; n += 1) expect((await signIn(at, { token: `wrong-${n}` })).status).toBe(401)
    const refused = await signIn(at, { token: 'wrong-again' })
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, 300])
    expect(await refused.text()).toMatch(/There were too many wrong ones: more are no longer written to the log/)
    expect(logged).toHaveLength(8)
    expect(logged.join()).not.toContain('wrong-')
    expect((await signIn(at)).status).toBe(303)
    const bearer = { headers: { authorization: `Bearer ${TOKEN}` } }
    expect((await at('/runs', bearer)).status).toBe(200)
    now += 300_000
    expect((await signIn(at, { token: 'wrong-again' })).status).toBe(401)
  })

  test('a script shows it in a header, and reads alone', async () => {
    const { at, done } = guarded()
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    expect((await at('/runs', { headers: bearer(TOKEN) })).status).toBe(200)
    expect((await at('/runs', { headers: bearer(`${TOKEN}x`) })).status).toBe(401)
    expect((await at('/runs', { headers: bearer(TOKEN) })).headers.get('set-cookie')).toBeNull()
    expect((await at('/runs/20261130-aa/stop', form({ form: 'x' }, bearer(TOKEN)))).status).toBe(403)
    expect(done).toEqual([])
  })

  test.each<[Record<string, string>, boolean]>([
    [{ 'x-forwarded-proto': 'https' }, true],
    [{ 'x-forwarded-proto': 'http' }, false],
    [{ forwarded: 'for=192.0.2.1;proto=https;by=10.0.0.1' }, true],
    [{ origin: 'https://localhost:9465' }, true],
    [{ origin: 'http://localhost:9465' }, false],
  ])('behind TLS its cookie never travels without it: %j', async (headers, secure) => {
    const { at } = guarded()
    const { token, cookie } = await asked(at, '/login')
    const answer = await at('/login', form({ form: token, token: TOKEN }, { cookie, ...headers }))
    expect(/; Secure/.test(answer.headers.get('set-cookie') ?? '')).toBe(secure)
  })

  test('a session ends by itself', async () => {
    let now = NOW
    const { at } = dashboardOver({}, { token: TOKEN, now: () => now })
    const cookie = cookieOf(await signIn(at))
    now += 12 * 3_600_000
    expect((await at('/', { headers: { cookie } })).status).toBe(303)
  })

  test('a cookie of another process is none', async () => {
    const cookie = cookieOf(await signIn(guarded().at))
    expect((await guarded().at('/', { headers: { cookie } })).status).toBe(303)
  })
})

test.each([
  ['multipart/form-data', 'x'],
  ['multipart/form-data; boundary=a', 'x'],
])('a body that is no form (%s) is refused, and is no failure of ours', async (type, body) => {
  const { at, logged } = dashboardOver({}, { token: TOKEN })
  const headers = { origin: 'http://localhost:9465', 'content-type': type }
  expect([(await at('/login', { method: 'POST', headers, body })).status, logged]).toEqual([400, []])
})

test.each(['/runs/a%00b', '/runs/a/items?key=%00', '/runs?before=%00'])(
  'NUL, which PostgreSQL holds in no text, is refused: %s',
  async (path) => {
    const { at } = dashboardOver()
    expect((await at(path)).status).toBe(400)
    expect((await at(path.replace('%00', '%2500'))).status).toBe(200)
  },
)

test('NUL in a form is refused too', async () => {
  const { at, done } = dashboardOver()
  const { token, cookie } = await asked(at, '/unknown/settle?call=20261130-aa/7&as=free')
  const answer = await at('/unknown/settle', form({ form: token, call: '\0/1', as: 'free' }, { cookie }))
  expect([answer.status, done]).toEqual([400, []])
})
