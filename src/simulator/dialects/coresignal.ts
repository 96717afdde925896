import { type Dialect, type DialectRoute, headerList, type Result, usual } from './dialect.ts'

/** The three products that know of people; https://docs.coresignal.com/employee-api, read in November 2026. */
const PRODUCTS = ['employee_multi_source', 'employee_clean', 'employee_base']

/** As https://docs.coresignal.com/api-introduction has it, read in August to November 2026. */
export const coresignalDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: ['id'],
    cost: { per: 'match', credits: 20 },
    outOfCredits: { status: 402, body: { detail: 'Insufficient credits' } },
  },
  routes: PRODUCTS.map(routeOf),
  apiKey: (header) => header('apikey'),
  single: (result) => ({ status: result.status, body: bodyOf(result) }),
  headers: ({ remaining }) => headerList({ 'x-credits-remaining': remaining }),
  error: ({ message }) => ({ detail: message }),
}

/** The key is the rest of the path: a number, or the URL of a profile. */
function routeOf(product: string): DialectRoute {
  return {
    method: 'GET',
    path: `/cdapi/v2/${product}/collect/`,
    does: 'single',
    asked: ({ rest }) => ({ keys: [rest] }),
  }
}

function bodyOf({ status, person }: Result): object {
  if (status !== 200) return { detail: 'Not found.' }
  if (person === undefined) return {}
  return {
    id: person.key,
    full_name: person.full_name,
    active_experience_title: person.job_title,
    location_country: person.location_country,
    experience: [{ active_experience: 1, company_name: person.job_company_name, position_title: person.job_title }],
  }
}
