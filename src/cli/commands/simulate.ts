import { InputError } from '../../domain/errors/errors.ts'
import { startVendor } from '../../simulator/vendor.ts'
import { type CommonFlags, parseJson } from '../flags.ts'
import type { Host } from '../host.ts'
import { say } from '../print.ts'

interface SimulateFlags extends CommonFlags {
  readonly port: number
  readonly credits: number
  readonly seed: number
  readonly behaviour?: string
}

const WORDS = {
  single: 'lookup  ',
  bulk: 'in bulk ',
  submit: 'as a job',
  job: 'poll    ',
  'job results': 'fetch   ',
  account: 'balance ',
  token: 'token   ',
} as const

const WHY_NO_PORT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'a port that another process has',
  EACCES: 'a port that this user may not have',
}

/** `spenddown simulate-vendor`: runs until it is stopped. */
export async function simulateCommand(flags: SimulateFlags, host: Host): Promise<number> {
  const behaviour = flags.behaviour === undefined ? {} : (parseJson(flags.behaviour, '--behaviour') as object)
  const options = { port: flags.port, seed: flags.seed, allotment: flags.credits, ...behaviour }
  const vendor = await startVendor(options).catch((error: NodeJS.ErrnoException) => {
    const found = WHY_NO_PORT[error.code ?? '']
    if (found === undefined) throw error
    throw new InputError('PORT_REFUSED', [{ path: '--port', found, allowed: 'a free port, or 0 for any' }])
  })
  const { url, account, routes } = vendor
  say(flags, { url, credits: account.remaining }, () => [
    `a simulated vendor with ${account.remaining} credits at ${url}`,
    ...routes.map(({ does, method, path }) => `  ${WORDS[does]} ${method} ${url}${path}`),
    `  its bill GET ${url}/_simulator/bill?summary=1`,
    `  change   PATCH ${url}/_simulator/behaviour '{"latencyMs": 200, "perSecond": 10}'`,
  ])
  await new Promise<void>((resolve) => host.onSignals(resolve))
  await vendor.close()
  return 0
}
