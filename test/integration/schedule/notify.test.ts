import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { InputError, type NotifyOptions } from '../../../src/index.ts'
import { type Performed, perform } from '../support/perform.ts'
import { type Call, scriptedVendor } from '../support/scripted-vendor.ts'
import { setStage } from '../support/stage.ts'

const KEY = Buffer.alloc(24, 7)
const SECRET = `whsec_${KEY.toString('base64')}`

/** Runs a job of ten people with someone to be told. */
type Answering = Parameters<typeof scriptedVendor>[0]

async function told(
  options: Omit<NotifyOptions, 'url'>,
  answer: Answering = () => ({}),
): Promise<Performed & { calls: Call[] }> {
  const receiver = await scriptedVendor(answer)
  const stage = await setStage('sqlite', { people: 10, vendor: { allotment: 8 } })
  const notify = [{ url: `${receiver.url}/hook?token=T0PSECRET`, ...options }]
  const performed = await perform({ ...stage.config(), notify })
  await stage.clear()
  return { ...performed, calls: receiver.calls }
}

const messageOf = ({ body }: Call) => JSON.parse(body)

test('a run that has ended is told, with its figures, signed', async () => {
  const { calls, summary } = await told({ secret: SECRET })
  expect(calls).toHaveLength(1)
  const [call] = calls as [Call]
  expect(call.method).toBe('POST')
  expect(messageOf(call)).toMatchObject({
    type: 'run.completed',
    message: expect.stringMatching(
      /^month-end \(simulated\) is done: 8 of 8 credits spent on 8 records; the budget is spent · On track: 0 of 0 credits will expire; reset /,
    ),
    judgement: { verdict: 'on-track', atStake: 0, cause: 'nothing-to-spend' },
    data: JSON.parse(JSON.stringify(summary)),
  })
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = call.headers
  const expected = createHmac('sha256', KEY).update(`${id}.${at}.${call.body}`).digest('base64')
  expect(signature).toBe(`v1,${expected}`)
})

test("Slack's form is the message as text", async () => {
  const { calls } = await told({ format: 'slack' })
  expect(messageOf(calls[0] as Call)).toEqual({
    text: expect.stringContaining('8 of 8 credits spent'),
    mrkdwn: false,
  })
})

test('who wants to hear of failures only does not hear of success', async () => {
  expect((await told({ on: ['failed', 'stopped'] })).calls).toEqual([])
})

test('it is tried again, with the same id, until it arrives', async () => {
  const { calls, logs } = await told({}, ({ number }) => (number < 2 ? { status: [500, 429][number] } : {}) as object)
  expect(calls).toHaveLength(3)
  expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(logs.filter(({ level }) => level === 'warn')).toEqual([])
})

const VAIN: readonly [string, Answering, number, string][] = [
  ['is refused', () => ({ status: 404 }), 1, 'status 404'],
  ['is sent elsewhere', () => ({ status: 302, headers: { location: 'http://127.0.0.1:1/' } }), 1, 'status 302'],
  ['finds nobody', () => 'hang up', 3, ''],
]

test.each(VAIN)('what %s never fails the run, and no secret is logged', async (_, answer, tries, reason) => {
  const { calls, summary, logs } = await told({}, answer)
  expect(summary.status).toBe('completed')
  expect(calls).toHaveLength(tries)
  const warnings = logs.filter(({ level }) => level === 'warn')
  expect(warnings).toMatchObject([{ message: 'a notice was not delivered', fields: { type: 'run.completed' } }])
  expect(String(warnings[0]?.fields.reason)).toContain(reason)
  expect(JSON.stringify(logs)).not.toContain('T0PSECRET')
})

test('a run that could not be begun is told, and a vendor that quotes a secret does not spread it', async () => {
  const receiver = await scriptedVendor(() => ({}))
  const stage = await setStage('sqlite', { people: 10, vendor: { apiKey: 'the-right-key' } })
  const notify = { url: receiver.url }
  await expect(perform({ ...stage.config({ records: { update: { nope: 'x' } } }), notify })).rejects.toThrow(InputError)
  expect(messageOf(receiver.calls[0] as Call)).toMatchObject({ type: 'run.failed', data: null })
  expect(messageOf(receiver.calls[0] as Call).message).toMatch(/^a run needs a person: .*nope/)
  const headers = { 'x-api-key': 'the-wrong-key-8d1f' }
  const credits = { balance: undefined, remaining: undefined, allotment: 100 }
  const { summary } = await perform({ ...stage.config({ vendor: { headers }, credits }), notify })
  expect(summary.status).toBe('failed')
  expect(messageOf(receiver.calls[1] as Call)).toMatchObject({ type: 'run.failed' })
  expect(receiver.calls.map(({ body }) => body).join()).not.toContain('the-wrong-key-8d1f')
  await stage.clear()
})
