import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A model of a Prisma schema, where it has other names than the database. */
export interface PrismaModel {
  readonly name: string
  readonly table: string
  /** Field to column. */
  readonly columns: ReadonlyMap<string, string>
}

/** Where Prisma looks for a schema by default: one file, or a folder of them. */
const PLACES = [join('prisma', 'schema.prisma'), 'schema.prisma', join('prisma', 'schema'), 'prisma']
const ENDED = /^\s*\}/
const MODEL = /^\s*model\s+(\w+)\s*\{/
const FIELD = /^\s*([A-Za-z]\w*)\s+\w+/
const MAP = /(?:^|\s)@map\(\s*(?:name:\s*)?"((?:[^"\\]|\\.)*)"/
const MODEL_MAP = /^\s*@@map\(\s*(?:name:\s*)?"((?:[^"\\]|\\.)*)"/

/** The models of the Prisma schema that lies in the folder, or in `prisma/` beside; none where there is none. */
export function findPrismaModels(folder: string): readonly PrismaModel[] {
  for (const place of PLACES.map((each) => join(folder, each))) {
    if (!existsSync(place)) continue
    const files = place.endsWith('.prisma') ? [place] : prismaFiles(place)
    if (files.length > 0) return files.flatMap((file) => prismaModels(readFileSync(file, 'utf8')))
  }
  return []
}

function prismaFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.prisma'))
  return names.sort().map((name) => join(folder, name))
}

/** By the grammar of https://www.prisma.io/docs/orm/prisma-schema: a line a field, `@map` and `@@map` for other names. */
export function prismaModels(schema: string): readonly PrismaModel[] {
  const models: { name: string; table: string; columns: Map<string, string> }[] = []
  let open = false
  for (const line of schema.split(/\r?\n/).map(withoutComment)) {
    const model = MODEL.exec(line)?.[1]
    if (model !== undefined) models.push({ name: model, table: model, columns: new Map() })
    open = model !== undefined || (open && !ENDED.test(line))
    const last = models.at(-1)
    if (!open || model !== undefined || last === undefined) continue
    last.table = unquoted(MODEL_MAP.exec(line)?.[1]) ?? last.table
    const [field, column] = [FIELD.exec(line)?.[1], unquoted(MAP.exec(line)?.[1])]
    if (field !== undefined && column !== undefined) last.columns.set(field, column)
  }
  return models
}

/** The table of the model that is called so; undefined: there is none. */
export function tableOfModel(models: readonly PrismaModel[], name: string): string | undefined {
  return models.find((model) => model.name === name)?.table
}

/** The model of a table, which is named as a config names it. */
export function modelOfTable(models: readonly PrismaModel[], table: string): PrismaModel | undefined {
  return models.find((model) => table === model.table || table.endsWith(`.${model.table}`))
}

function withoutComment(line: string): string {
  return /^((?:[^"/]|"(?:[^"\\]|\\.)*"|\/(?!\/))*)/.exec(line)?.[1] ?? ''
}

function unquoted(text: string | undefined): string | undefined {
  return text?.replace(/\\(.)/g, '$1')
}
