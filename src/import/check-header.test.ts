import { expect, test } from 'vitest'
import { checkHeader } from './check-header.ts'

const found = (header: string[], columns: Parameters<typeof checkHeader>[1]) =>
  checkHeader(header, columns).map(({ path, found, hint }) => [path, found, hint])

test('every mapped column that the header lacks is told, with what was probably meant', () => {
  expect(found(['Email', 'Job Title'], { email: 'E-mail', title: 'Job Title', country: 'Land' })).toEqual([
    ['records.import.columns.email', `"E-mail", which the file's header does not have`, 'Did you mean `Email`?'],
    ['records.import.columns.country', `"Land", which the file's header does not have`, undefined],
  ])
})

test('a wrong delimiter is recognised', () => {
  expect(found(['Email;Name'], { email: 'Email' })[0]?.[2]).toContain('set records.import.delimiter')
})

test('a name twice matters where it is mapped, or where a function may read it', () => {
  expect(found(['Email', 'Notes', 'Notes'], { email: 'Email' })).toEqual([])
  expect(found(['Email', 'Notes', 'Notes'], { email: 'Email', note: 'Notes' })).toHaveLength(1)
  expect(found(['Email', 'Notes', 'Notes'], { email: 'Email', note: (line) => line })).toHaveLength(1)
})
