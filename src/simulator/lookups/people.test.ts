import { expect, test } from 'vitest'
import { personFor, versionFor } from './people.ts'

test('a person is the same for the same seed, key and version', () => {
  expect(personFor(1, 'ada@x', 1)).toEqual(personFor(1, 'ada@x', 1))
  expect(personFor(1, 'ada@x', 1)).toMatchObject({ key: 'ada@x', version: 1 })
})

test('a new version changes the job and not the person', () => {
  const jobs = new Set<string>()
  const people = new Set<string>()
  for (let version = 1; version <= 20; version++) {
    const { job_title, job_company_name, full_name, location_country } = personFor(1, 'ada@x', version)
    jobs.add(`${job_title} at ${job_company_name}`)
    people.add(`${full_name} of ${location_country}`)
  }
  expect(people.size).toBe(1)
  expect(jobs.size).toBeGreaterThan(15)
})

test('people differ, and another seed is another world', () => {
  const crowd = new Set(
    Array.from({ length: 500 }, (_, i) => JSON.stringify({ ...personFor(1, `p${i}@x`, 1), key: '' })),
  )
  expect(crowd.size).toBeGreaterThan(490)
  expect(personFor(1, 'ada@x', 1)).not.toEqual(personFor(2, 'ada@x', 1))
})

test('of a new version its share of the people hears, each for itself and for good', () => {
  const keys = Array.from({ length: 1_000 }, (_, i) => `p${i}@x`)
  const changed = keys.filter((key) => versionFor(1, key, 2, 0.3) === 2)
  expect(changed.length).toBeGreaterThan(230)
  expect(changed.length).toBeLessThan(370)
  expect(keys.every((key) => versionFor(1, key, 1, 0.3) === 1 && versionFor(1, key, 9, 1) === 9)).toBe(true)
  const later = keys.filter((key) => versionFor(1, key, 3, 0.3) === 3)
  expect(later).not.toEqual(changed)
  expect(versionFor(1, changed[0] as string, 3, 0.3)).toBeGreaterThanOrEqual(2)
})
