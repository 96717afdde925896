export {
  type PeopleDataLabsIdentity,
  type PeopleDataLabsOptions,
  peopleDataLabs,
} from './presets/people-data-labs.ts'
export type { PresetOptions } from './presets/preset-options.ts'
