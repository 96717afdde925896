// `prisma generate` needs no schema engine, but the CLI would download one. Point it at any executable.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

import { defineConfig } from 'prisma/config'

export default defineConfig({ schema: process.env.SPENDDOWN_PRISMA_SCHEMA ?? 'prisma/sqlite/schema.prisma' })
