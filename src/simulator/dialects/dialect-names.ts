/** The dialects there are; 'spenddown' is the simulator's own. */
export const dialectNames = ['spenddown', 'people-data-labs', 'hunter', 'enrich-layer'] as const

export type DialectName = (typeof dialectNames)[number]
