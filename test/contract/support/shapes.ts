import { expect } from 'vitest'

const count = () => expect.toSatisfy((value: unknown) => Number.isInteger(value) && Number(value) >= 0)
const amount = () => expect.toSatisfy((value: unknown) => typeof value === 'number' && value >= 0)
const instant = () => expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

/** The document of `run`, `resume` and `status` as DESIGN 3.2 has it. It may have more. */
export const SUMMARY = {
  runId: expect.stringMatching(/^\S+$/),
  job: expect.any(String),
  vendor: 'acme',
  status: expect.stringMatching(/^(running|completed|stopped|failed)$/),
  stopReason: expect.toSatisfy(
    (reason: unknown) =>
      reason === null ||
      /^(all-refreshed|limit-reached|budget-spent|credits-exhausted|deadline|vendor-unhealthy|interrupted|error)$/.test(
        String(reason),
      ),
  ),
  records: {
    selected: count(),
    refreshed: count(),
    notFound: count(),
    failed: count(),
    unknown: count(),
    superseded: count(),
    remaining: count(),
  },
  credits: { budget: amount(), spent: amount(), unknown: amount(), reserve: amount(), balance: amount() },
  calls: { sent: count(), throttled: count(), failed: count(), unknown: count() },
  startedAt: instant(),
  endedAt: instant(),
  elapsedMs: amount(),
}
