import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { modelOfTable, prismaModels, tableOfModel } from './prisma-models.ts'

const SCHEMA = `
datasource db { provider = "postgresql" }
// model Commented { jobTitle String @map("never") }
enum Tier { A @map("tier_a") }
model Person {
  id        Int      @id @default(autoincrement()) // @map("not_this")
  jobTitle  String?  @map("job_title") /// the "title" // of a person
  home      String   @default("https://x.example//") @map(name: "home page")
  quoted    String   @map("a\\"b")
  posts     Post[]

  @@index([jobTitle], map: "by_title")
  @@map("people")
  @@schema("crm")
}
model Post {
  id Int @id
  personId Int @map("person_id")
}
`

test('models and fields have the names that the database has for them', () => {
  const models = prismaModels(SCHEMA)
  expect(models.map(({ name, table }) => [name, table])).toEqual([
    ['Person', 'people'],
    ['Post', 'Post'],
  ])
  expect(Object.fromEntries(modelOfTable(models, 'crm.people')?.columns ?? [])).toEqual({
    jobTitle: 'job_title',
    home: 'home page',
    quoted: 'a"b',
  })
  expect([tableOfModel(models, 'Person'), tableOfModel(models, 'Tier')]).toEqual(['people', undefined])
})

test.each(['sqlite', 'postgresql', 'mysql'])("Prisma's own reader finds the same in a schema for %s", (dialect) => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  const generated = read(`../../generated/${dialect}/internal/class.ts`)
  const theirs = JSON.parse(JSON.parse(/runtimeDataModel = JSON\.parse\((".*")\)/.exec(generated)?.[1] ?? '""'))
  const models = Object.entries<PrismasModel>(theirs.models).map(([name, { dbName, fields }]) => {
    const columns = fields.flatMap(({ name: field, dbName: column }) => (column ? [[field, column] as const] : []))
    return { name, table: dbName ?? name, columns: new Map(columns) }
  })
  expect(models.length).toBeGreaterThan(10)
  expect(prismaModels(read(`../../../prisma/${dialect}/schema.prisma`))).toEqual(models)
})

interface PrismasModel {
  readonly dbName: string | null
  readonly fields: readonly { readonly name: string; readonly dbName?: string }[]
}
