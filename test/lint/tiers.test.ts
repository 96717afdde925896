import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { SHARED_OUT, SLOW, testFiles } from '../support/tier.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('what the full tier alone has, it has on both databases', () => {
  const slow = testFiles(root).filter((file) => SLOW.test(file))
  expect(slow.length).toBeGreaterThan(30)
  expect(slow.filter((file) => SHARED_OUT.test(readFileSync(join(root, file), 'utf8')))).toEqual([])
})
