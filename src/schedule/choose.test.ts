import { expect, test } from 'vitest'
import { type Chosen, choose } from './choose.ts'
import type { Decision } from './decide.ts'

const start: Decision = { kind: 'start', slot: 1, why: '' }
const resume: Decision = { kind: 'resume', runId: 'a', why: '' }
const wait = (because: (Decision & { kind: 'wait' })['because'], until: number | null = null): Decision => ({
  kind: 'wait',
  because,
  until,
  why: '',
})

function chosenOf(...decisions: readonly Decision[]): number {
  const jobs = decisions.map((decision, at): Chosen => ({ job: String(at), decision }))
  return Number(choose(jobs).job)
}

test('what was interrupted goes on before anything new begins', () => {
  expect(chosenOf(start, resume, start)).toBe(1)
})

test('of equals the first in the config', () => {
  expect(chosenOf(wait('needs-person'), start, start)).toBe(1)
})

test('where all wait: a person first, then what comes next', () => {
  expect(chosenOf(wait('done', 5), wait('needs-person', 9))).toBe(1)
  expect(chosenOf(wait('done', 5), wait('not-due', 9), wait('not-due', 7))).toBe(2)
  expect(chosenOf(wait('not-due'), wait('not-due', 9))).toBe(1)
})
