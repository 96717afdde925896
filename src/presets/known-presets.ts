/** What a column may be of a person, whatever the vendor. */
export type Field = 'jobTitle' | 'company' | 'country' | 'fullName'

/** A preset as `spenddown init` offers it: what it is called, what it looks people up by, where its data has what. */
export interface KnownPreset {
  readonly name: string
  /** In `spenddown/presets`. */
  readonly exported: string
  /** The environment variable with its key. */
  readonly apiKey: string
  /** Another one that is needed beside it. */
  readonly clientId?: string
  /** Columns that it reads without `identify`, each with the identity's part that it becomes. */
  readonly reads: Readonly<Record<string, string>>
  /** Paths into its data, as its page in docs/vendors has them. */
  readonly paths: Partial<Record<Field, string>>
}

export const KNOWN_PRESETS: readonly KnownPreset[] = [
  {
    name: 'people-data-labs',
    exported: 'peopleDataLabs',
    apiKey: 'PDL_API_KEY',
    reads: { email: 'email', linkedin_url: 'profile' },
    paths: {
      jobTitle: 'job_title',
      company: 'job_company_name',
      country: 'location_country',
      fullName: 'full_name',
    },
  },
  {
    name: 'hunter',
    exported: 'hunter',
    apiKey: 'HUNTER_API_KEY',
    reads: { email: 'email' },
    paths: {
      jobTitle: 'employment.title',
      company: 'employment.name',
      fullName: 'name.fullName',
    },
  },
  {
    name: 'enrich-layer',
    exported: 'enrichLayer',
    apiKey: 'ENRICH_LAYER_API_KEY',
    reads: { linkedin_url: 'profile_url' },
    paths: {
      jobTitle: 'experiences.0.title',
      company: 'experiences.0.company',
      fullName: 'full_name',
    },
  },
  {
    name: 'apollo',
    exported: 'apollo',
    apiKey: 'APOLLO_API_KEY',
    reads: { email: 'email', linkedin_url: 'linkedin_url' },
    paths: {
      jobTitle: 'title',
      company: 'organization.name',
      country: 'country',
      fullName: 'name',
    },
  },
  {
    name: 'lusha',
    exported: 'lusha',
    apiKey: 'LUSHA_API_KEY',
    reads: { linkedin_url: 'linkedinUrl', email: 'email' },
    paths: {
      jobTitle: 'jobTitle.title',
      company: 'company.name',
      country: 'location.country',
      fullName: 'fullName',
    },
  },
  {
    name: 'coresignal',
    exported: 'coresignal',
    apiKey: 'CORESIGNAL_API_KEY',
    reads: { coresignal_id: 'id', linkedin_url: 'id' },
    paths: {
      jobTitle: 'active_experience_title',
      company: 'experience.0.company_name',
      fullName: 'full_name',
    },
  },
  {
    name: 'zoominfo',
    exported: 'zoominfo',
    apiKey: 'ZOOMINFO_CLIENT_SECRET',
    clientId: 'ZOOMINFO_CLIENT_ID',
    reads: { zoominfo_id: 'personId', email: 'emailAddress' },
    paths: { jobTitle: 'jobTitle', company: 'company.name' },
  },
  {
    name: 'fullenrich',
    exported: 'fullenrich',
    apiKey: 'FULLENRICH_API_KEY',
    reads: { linkedin_url: 'linkedin_url' },
    paths: { fullName: 'profile.full_name' },
  },
  {
    name: 'rocketreach',
    exported: 'rocketreach',
    apiKey: 'ROCKETREACH_API_KEY',
    reads: { linkedin_url: 'linkedin_url', email: 'email' },
    paths: { jobTitle: 'current_title', company: 'current_employer', fullName: 'name' },
  },
  {
    name: 'prospeo',
    exported: 'prospeo',
    apiKey: 'PROSPEO_API_KEY',
    reads: { linkedin_url: 'linkedin_url', email: 'email' },
    paths: { fullName: 'full_name', company: 'company.name' },
  },
  {
    name: 'ipinfo',
    exported: 'ipinfo',
    apiKey: 'IPINFO_API_KEY',
    reads: { ip: 'ip' },
    paths: { country: 'geo.country_code' },
  },
]
