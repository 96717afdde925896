export { type EnrichLayerIdentity, type EnrichLayerOptions, enrichLayer } from './presets/enrich-layer.ts'
export { type HunterIdentity, type HunterOptions, hunter } from './presets/hunter.ts'
export { type PeopleDataLabsIdentity, type PeopleDataLabsOptions, peopleDataLabs } from './presets/people-data-labs.ts'
export type { PresetOptions } from './presets/preset-options.ts'
