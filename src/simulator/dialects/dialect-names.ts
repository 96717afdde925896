/** The dialects there are; 'spenddown' is the simulator's own. */
export const dialectNames = [
  'spenddown',
  'people-data-labs',
  'hunter',
  'enrich-layer',
  'apollo',
  'lusha',
  'coresignal',
] as const

export type DialectName = (typeof dialectNames)[number]
