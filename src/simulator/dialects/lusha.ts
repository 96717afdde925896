import { isObject, itemsOfBulk, keyOfItem } from '../requests.ts'
import type { Asked, Dialect, DialectBehaviour, DialectRequest, Result } from './dialect.ts'
import { usual } from './dialect.ts'

/** https://docs.lusha.com/enrichment/search-and-enrich-contacts, read in November 2026. */
const itemCodes: Record<number, string> = {
  404: 'NOT_FOUND',
  451: 'COMPLIANCE_RESTRICTED',
}

/** As https://docs.lusha.com/api-reference has version 3, read in August to November 2026. */
export const lushaDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: ['id', 'email', 'linkedinUrl'],
    maxBulkRecords: 100,
    bulkBadItems: 'whole',
    cost: { per: 'match', credits: 2 },
    outOfCredits: { status: 402, body: errorBody(402, 'Your account requires payment.') },
  },
  routes: [
    { method: 'POST', path: '/v3/contacts/search-and-enrich', does: 'bulk', asked: askedIn },
    { method: 'GET', path: '/v3/account/usage', does: 'account' },
  ],
  apiKey: (header) => header('api_key'),
  single: ({ status }) => ({ status, body: errorBody(status, 'There are only calls for many.') }),
  bulk: (results, { charged }) => ({
    requestId: 'simulated',
    results: results.map(resultOf),
    billing: { creditsCharged: charged, resultsReturned: results.filter(({ status }) => status === 200).length },
  }),
  account: ({ remaining, allotment }) => ({ credits: { total: allotment, remaining } }),
  error: ({ status, message }) => errorBody(status, message),
}

/** The client's reference beside a key is not a key. */
function askedIn({ body }: DialectRequest, { keyNames, maxBulkRecords }: DialectBehaviour): Asked {
  const contacts = itemsOfBulk(body, maxBulkRecords, 'contacts').map((contact) => (isObject(contact) ? contact : {}))
  return {
    keys: contacts.map(({ clientReferenceId, ...rest }, i) => keyOfItem(rest, keyNames, `contacts[${i}]`)),
    references: contacts.map(({ clientReferenceId }) =>
      typeof clientReferenceId === 'string' ? clientReferenceId : undefined,
    ),
  }
}

function resultOf({ status, person, reference: clientReferenceId }: Result): object {
  if (status !== 200)
    return { clientReferenceId, error: { code: itemCodes[status] ?? 'ENRICH_FAILED', message: 'No contact.' } }
  if (person === undefined) return { clientReferenceId }
  return {
    clientReferenceId,
    id: `lusha-${person.key}`,
    fullName: person.full_name,
    jobTitle: { title: person.job_title },
    location: { country: person.location_country },
    company: { name: person.job_company_name },
    emails: [{ email: person.key }],
  }
}

function errorBody(statusCode: number, message: string): object {
  return { statusCode, message, errors: [] }
}
