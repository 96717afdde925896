import { describe, expect, it } from 'vitest'
import { affinityOf, sqliteType } from './column-type.ts'

describe('affinityOf', () => {
  it("follows SQLite's rules in their order", () => {
    const declared = [
      'INT',
      'BIGINT UNSIGNED',
      'FLOATING POINT',
      'VARCHAR(20)',
      'CHARINT',
      '',
      'BLOB',
      'DOUBLE',
      'DATETIME',
      'STRING',
    ]
    expect(declared.map(affinityOf)).toEqual([
      'INTEGER',
      'INTEGER',
      'INTEGER',
      'TEXT',
      'INTEGER',
      'BLOB',
      'BLOB',
      'REAL',
      'NUMERIC',
      'NUMERIC',
    ])
  })
})

describe('sqliteType', () => {
  it('knows the types that people declare', () => {
    const kinds = Object.entries({
      INTEGER: 'integer',
      bigint: 'bigint',
      'DECIMAL(10,2)': 'numeric',
      REAL: 'float',
      'double precision': 'float',
      BOOLEAN: 'boolean',
      'varchar(20)': 'text',
      TEXT: 'text',
      STRING: 'text',
      JSON: 'json',
      JSONB: 'json',
      uuid: 'uuid',
      DATETIME: 'timestamp',
      'TIMESTAMP WITH TIME ZONE': 'timestamptz',
      timestamptz: 'timestamptz',
      DATE: 'date',
      TIME: 'time',
      BLOB: 'bytes',
      '': 'other',
      ANY: 'other',
    })
    expect(kinds.map(([declared]) => [declared, sqliteType(declared).kind])).toEqual(kinds)
  })

  it('takes no length from a declaration: SQLite keeps none', () => {
    expect(sqliteType('VARCHAR(3)').maxLength).toBeUndefined()
  })
})
