/** The dialects there are; 'spenddown' is the simulator's own. */
export const dialectNames = ['spenddown', 'people-data-labs'] as const

export type DialectName = (typeof dialectNames)[number]
