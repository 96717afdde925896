import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvFields } from './csv-fields.ts'

test('records with and without quotes come apart, each for itself', () => {
  expect(csvFields(['a,b,', '"x, y","say ""hi""",z', '"line\nbreak",2,3', ',,'], ',')).toEqual([
    { fields: ['a', 'b', ''] },
    { fields: ['x, y', 'say "hi"', 'z'] },
    { fields: ['line\nbreak', '2', '3'] },
    { fields: ['', '', ''] },
  ])
})

test('a malformed record is told in words, and spoils no other', () => {
  expect(csvFields(['"a"b,c', '"fine","too"', 'x"y,z', '"open'], ',')).toEqual([
    { problem: 'text follows a closing quote; a quote within quotes is written twice' },
    { fields: ['fine', 'too'] },
    { problem: 'a quote stands within a field that does not begin with one' },
    { problem: 'a quote that it opens is not closed' },
  ])
})

test('what any writer of CSV makes comes back', () => {
  const field = fc.oneof(fc.string(), fc.constantFrom('', '"', 'a;b', 'x\ny', ' '))
  const record = fc.array(field, { minLength: 2, maxLength: 4 })
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 6 }), (records) => {
      const written = records.map((fields) =>
        fields.map((each) => (/[;"\r\n]/.test(each) ? `"${each.replaceAll('"', '""')}"` : each)).join(';'),
      )
      expect(csvFields(written, ';')).toEqual(records.map((fields) => ({ fields })))
      expect(parse(written[0] as string, { delimiter: ';', relax_column_count: true })).toEqual([records[0]])
    }),
  )
})
