import { expect, test } from 'vitest'
import { credits, figuresUnderTest, runUnderTest } from '../../test/support/report/report-under-test.ts'
import { NO_CHANGES, withChanges } from '../domain/run/changes.ts'
import { reportText } from './formats/formats.ts'
import { composeReport } from './report.ts'
import { moneyWords, type PricePerCredit } from './value.ts'

function markdownOf(changes: Parameters<typeof runUnderTest>[0]): string {
  return reportText(composeReport(figuresUnderTest({ run: runUnderTest(changes) })), 'md')
}

test('a balance that is unknown, or below the reserve, is worded as that', () => {
  expect(markdownOf({ balance: null, reserve: credits(0) })).toContain('- Balance: not reported\n')
  expect(markdownOf({ balance: null })).toContain('- Balance: not reported; 5 are reserved\n')
  expect(markdownOf({ balance: credits(3) })).toContain('- Balance: 3, less than the 5 that are reserved\n')
  expect(markdownOf({ balance: credits(15), reserve: credits(0) })).toContain('- Balance: 15\n')
})

test('a run that had nothing to spend says why', () => {
  const nothing = { budget: credits(0), spent: credits(0), balance: credits(200), reserve: credits(500) }
  expect(markdownOf(nothing)).toContain('**There was nothing to spend (balance 200, reserve 500)')
})

test('what was overspent is a share below nothing, so that the shares add up', () => {
  const page = markdownOf({ spent: credits(104) })
  expect(page).toContain('| **spent** | **104** | **104 %** |')
  expect(page).toContain('| **not spent** | **-4** | **-4 %** |')
})

test('of hundreds of columns those that changed most are listed, and the others counted', () => {
  const columns = Array.from({ length: 300 }, (_, at) => `column_${at}`)
  const changes = withChanges(withChanges(NO_CHANGES, [{ columns, ageMs: null }]), [
    { columns: ['column_299'], ageMs: null },
  ])
  const page = markdownOf({ changes })
  expect(page.match(/\| column\\_\d+ \|/g)).toHaveLength(50)
  expect(page).toContain('| column\\_299 | 2 | 100 % |')
  expect(page).toContain('250 columns that changed no more often are not listed.')
})

test('keys are told as examples', () => {
  expect(markdownOf({})).toContain('| status 422 | 5 | such as 7, 9 |')
})

test('what a corrected record cost leads, in credits, and in money where the config has the price of a credit', () => {
  const changed = { columns: ['job_title'], ageMs: null }
  const changes = withChanges(NO_CHANGES, [changed, changed, { columns: [], ageMs: null }])
  const pageOf = (price: PricePerCredit | null) =>
    reportText(composeReport(figuresUnderTest({ run: runUnderTest({ changes, spent: credits(85) }), price })), 'html')
  expect(pageOf(null)).toContain('a corrected record cost 43 credits;')
  const priced = pageOf({ amount: 0.01, currency: 'EUR' })
  expect(priced).toContain('a corrected record cost €0.43 (43 credits);')
  expect(priced).toContain('<b>€0.43</b><span>a corrected record</span>')
  expect(priced).toContain('credits not spent (€0.15)')
})

test('a run that corrected nothing names no cost of a correction', () => {
  const price = { amount: 0.0004, currency: 'USD' }
  const { value, sentence } = composeReport(figuresUnderTest({ price }))
  expect(value).toEqual({
    creditsPerCorrection: null,
    money: { currency: 'USD', spent: 0.036, unused: 0.004, perCorrection: null },
  })
  expect(sentence).not.toContain('corrected')
  expect(moneyWords(0.0004, 'USD')).toBe('$0.0004')
})
