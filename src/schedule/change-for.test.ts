import { expect, test } from 'vitest'
import { changeFor } from './change-for.ts'

const AROUND = { coolingDown: 0, minAgeMs: null, latest: null, why: undefined }

test('too few records: what would make more of them eligible, and nothing that would not', () => {
  const plain = 'more eligible records: a wider `where` or `eligible`, a larger `limit`'
  expect(changeFor('too-few-records', AROUND)).toBe(plain)
  expect(changeFor('too-few-records', { ...AROUND, minAgeMs: 1 })).toBe(`${plain}, a shorter \`minAge\``)
  expect(changeFor('too-few-records', { ...AROUND, coolingDown: 12 })).toBe(
    `${plain}, \`spenddown cooldown clear\` for 12 records cooling down`,
  )
})
