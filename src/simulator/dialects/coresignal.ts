import { type Dialect, type DialectRoute, headerList, type Result, rounded, usual } from './dialect.ts'

/**
 * The three products that know of people, with what a record costs where one of multi-source costs 1: 20 credits, and 10.
 * https://docs.coresignal.com/pricing/pricing, read in November 2026 by way of github.com/api-evangelist/coresignal. (Its
 * OpenAPI files name the path multi_source_employee; the vendor's own pages do not.)
 */
const PRODUCTS = { employee_multi_source: 1, employee_clean: 0.5, employee_base: 0.5 }

/** https://docs.coresignal.com/api-introduction/response-codes, read in November 2026; the words but of 402 are ours. */
const details: Record<number, string> = {
  401: 'Invalid API key',
  402: 'Insufficient credits',
  404: 'Not found',
  429: 'Too many requests',
}

/**
 * Coresignal, https://docs.coresignal.com, read in November 2026. Not spoken: bulk collecting (POST …/data_requests/…/ids, up
 * to 10,000 ids), whose results are files. In doubt is whether replies that cost nothing tell the balance: the pages say
 * "responses contain" it, older ones "every search and collect response"; here only a 200 has it, which is the worse case.
 */
export const coresignalDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: ['id'],
    // Charged is a 200 alone: …/api-introduction/credits.
    cost: { per: 'match', credits: 20 },
    // …/api-introduction/credits has this status and body, of the download of a bulk; …/response-codes the status of Collect.
    outOfCredits: { status: 402, body: errorBody(402, '') },
  },
  variants: {
    'balance-everywhere': 'replies that cost nothing tell the balance, too',
  },
  routes: Object.entries(PRODUCTS).map(([product, price]) => routeOf(product, price)),
  // …/api-introduction/authorization
  apiKey: (header) => header('apikey'),
  single: (result) => ({ status: result.status, body: bodyOf(result) }),
  headers: ({ remaining, variants }, status) =>
    status === 200 || variants.includes('balance-everywhere') ? headerList({ 'x-credits-remaining': remaining }) : [],
  errorHeaders: ({ remaining, variants }, status) =>
    status !== 401 && variants.includes('balance-everywhere') ? headerList({ 'x-credits-remaining': remaining }) : [],
  error: ({ status, message }) => errorBody(status, message),
}

/**
 * The key is the rest of the path: a number, the short name of a profile, or its URL.
 * https://docs.coresignal.com/api/multi-source-employee-api-collect-endpoints
 */
function routeOf(product: string, price: number): DialectRoute {
  return {
    method: 'GET',
    path: `/cdapi/v2/${product}/collect/`,
    does: 'single',
    asked: ({ rest }, { cost }) => ({ keys: [rest], credits: rounded(cost.credits * price) }),
  }
}

/** A profile that is not there and a path that is not there are the same 404: …/response-codes. */
function bodyOf({ status, person }: Result): object {
  if (status !== 200) return errorBody(status, '')
  if (person === undefined) return {}
  return {
    id: person.key,
    full_name: person.full_name,
    active_experience_title: person.job_title,
    location_country: person.location_country,
    experience: [{ active_experience: 1, company_name: person.job_company_name, position_title: person.job_title }],
  }
}

/** A single text, and no code. */
function errorBody(status: number, message: string): object {
  return { detail: details[status] ?? message }
}
