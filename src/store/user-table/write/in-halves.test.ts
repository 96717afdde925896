import { expect, test } from 'vitest'
import { inHalves } from './in-halves.ts'

test('what is refused together is halved until each bad row is alone, in the order of the rows', async () => {
  const asked: string[] = []
  const taken: number[] = []
  const bad: number[] = []
  const write = async (rows: readonly number[]) => {
    asked.push(rows.join(' '))
    if (rows.some((row) => row < 0)) return 'negative'
    taken.push(...rows)
    return null
  }
  await inHalves([1, 2, -3, 4, 5, -6], write, (row, refusal) => {
    expect(refusal).toBe('negative')
    bad.push(row)
  })
  expect([taken, bad]).toEqual([
    [1, 2, 4, 5],
    [-3, -6],
  ])
  expect(asked).toEqual(['1 2 -3 4 5 -6', '1 2 -3', '1', '2 -3', '2', '-3', '4 5 -6', '4', '5 -6', '5', '-6'])
})
