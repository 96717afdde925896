import { fixedShare, hash32, scramble } from './random.ts'

export type Person = ReturnType<typeof personFor>

const FIRST_NAMES = ['Ada', 'Bruno', 'Chidi', 'Dana', 'Elif', 'Femi', 'Greta', 'Hiro', 'Ines', 'Jonas', 'Kavya', 'Liam']
const LAST_NAMES = 'Abara Brandt Castro Dubois Eriksen Fontana Garcia Haddad Ito Jansen Kaya'.split(' ')
const LEVELS = ['Junior', 'Senior', 'Lead', 'Principal', 'Associate', 'Chief', 'Deputy']
const ROLES = ['Engineer', 'Accountant', 'Designer', 'Buyer', 'Analyst', 'Recruiter', 'Planner', 'Chemist', 'Editor']
const COMPANY_HEADS = 'Northwind, Blue Heron, Kestrel, Old Mill, Granite, Harbour, Juniper, Polar, Tulip'.split(', ')
const COMPANY_TAILS = ['Logistics', 'Foods', 'Systems', 'Partners', 'Labs', 'Textiles', 'Energy', 'Press']
const INDUSTRIES = ['transport', 'food', 'software', 'consulting', 'research', 'clothing', 'utilities', 'publishing']
const PLACES = [
  { locality: 'Lisbon', country: 'PT' },
  { locality: 'Ghent', country: 'BE' },
  { locality: 'Austin', country: 'US' },
  { locality: 'Osaka', country: 'JP' },
  { locality: 'Lagos', country: 'NG' },
  { locality: 'Tartu', country: 'EE' },
  { locality: 'Pune', country: 'IN' },
]

/** The last version, up to this one, that said something new about a key; every one does where `changeShare` is 1. */
export function versionFor(seed: number, key: string, version: number, changeShare: number): number {
  if (changeShare >= 1) return version
  for (let v = version; v > 1; v--) if (fixedShare(seed, `change ${v}`, key) < changeShare) return v
  return Math.min(version, 1)
}

/** An invented person, always the same for the same seed, key and version of the vendor's data. */
export function personFor(seed: number, key: string, version: number) {
  const who = hash32(key, seed)
  // The name and the place stay; the job is what changes from version to version.
  const job = hash32(key, seed + Math.imul(version, 0x9e3779b1))
  const place = pick(PLACES, who, 3)
  return {
    key,
    full_name: `${pick(FIRST_NAMES, who, 1)} ${pick(LAST_NAMES, who, 2)}`,
    job_title: `${pick(LEVELS, job, 1)} ${pick(ROLES, job, 2)}`,
    job_company_name: `${pick(COMPANY_HEADS, job, 3)} ${pick(COMPANY_TAILS, job, 4)}`,
    job_company_industry: pick(INDUSTRIES, job, 4),
    location_locality: place.locality,
    location_country: place.country,
    years_experience: 1 + (scramble(who + 5) % 40),
    version,
  }
}

function pick<T>(choices: readonly T[], hash: number, salt: number): T {
  return choices[scramble(hash + salt) % choices.length] as T
}
