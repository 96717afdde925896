import type { ItemCounts } from '../../../src/domain/call/item.ts'

export const NO_ITEMS: ItemCounts = { refreshed: 0, notFound: 0, failed: 0, unknown: 0, superseded: 0 }
