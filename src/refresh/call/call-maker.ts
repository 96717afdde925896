import { createHash } from 'node:crypto'
import { callId } from '../../domain/call/call.ts'
import type { Outcome } from '../../domain/call/outcome.ts'
import { bodyOf } from '../../domain/call/request-body.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import type { RecordRow } from '../../domain/values/record.ts'
import { type CallResult, ReplyReader } from '../classify/reply-reader.ts'
import type { OpenedCall } from '../ports/calls.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { VendorRequest } from '../ports/vendor.ts'
import { checkedRequest } from './checked-request.ts'
import { submissionIn } from './vendor-jobs.ts'

export type Prepared =
  | { readonly request: VendorRequest }
  /** The config gives no request that can be sent for these records. */
  | { readonly problem: string }
  /** The request is longer than the vendor accepts; about `fits` of its records would fit. */
  | { readonly tooLong: string; readonly fits: number }

export interface CallMakerParts
  extends Pick<RunParts, 'vendor' | 'rules' | 'map' | 'preconditionOf' | 'clock' | 'hide' | 'keep' | 'probe'> {
  readonly runId: string
  /** Checked just before a call's first byte is written; false: it is not sent. */
  readonly mayGo: () => boolean
}

/** Makes one call: builds the request, sends it, reads the reply. Never throws, even if the user's functions do. */
export class CallMaker {
  readonly #parts: CallMakerParts
  #endpoint = ''
  readonly reader: ReplyReader

  constructor(parts: CallMakerParts) {
    this.#parts = parts
    this.reader = new ReplyReader(parts)
  }

  /** Tells this config, and the endpoint that its first request went to, from others of the vendor's. */
  get fingerprint(): string {
    return createHash('sha256').update(`${this.#parts.rules.identity} ${this.#endpoint}`).digest('hex').slice(0, 16)
  }

  prepare(call: OpenedCall): Prepared {
    const bulk = this.reader.bulkFor(call)
    const rows = this.reader.rowsOf(call)
    const name = bulk === null ? 'single' : 'bulk'
    try {
      const made = bulk === null ? this.#parts.rules.single?.request(rows[0] as RecordRow) : bulk.request(rows)
      const checked = checkedRequest(made)
      if ('problem' in checked) return { problem: `vendor.${name}.request gave ${checked.problem}` }
      if (this.#endpoint === '') this.#endpoint = endpointOf(checked.request, call.items[0]?.row ?? {})
      const serialized = bodyOf(checked.request)
      if (this.#parts.preconditionOf !== undefined && this.reader.columnsRead === null)
        return { problem: `vendor.${name}.request gave ${READS_NOTHING}` }
      const request = { ...checked.request, serialized, maxReplyBytes: this.#parts.rules.maxReplyBytes[name] }
      return bulk === null || bulk.maxBytes === null
        ? { request }
        : checkLength(request, call.items.length, bulk.maxBytes)
    } catch (error) {
      return { problem: `vendor.${name}.request threw: ${messageOf(error)}` }
    }
  }

  async make(call: OpenedCall, request: VendorRequest): Promise<CallResult> {
    const sentAt = this.#parts.clock.now()
    const key = this.#parts.rules.idempotent ? callId(this.#parts.runId, call) : null
    const exchange = await this.#parts.vendor.send(request, key, this.#parts.mayGo)
    this.#parts.probe?.exchanged?.(request, key, exchange)
    const reading = this.reader.interpret(exchange)
    const submission = submissionIn(exchange, reading, this.#parts.rules.async)
    if (submission === null) return this.reader.read(call, exchange, reading, sentAt)
    if ('problem' in submission) {
      const outcome = { kind: 'give-up', reason: this.#parts.hide(submission.problem) } as const
      return this.reader.read(call, exchange, { ...reading, outcome, unreadable: true }, sentAt)
    }
    const { retryAfterMs } = reading.outcome
    const outcome: Outcome = retryAfterMs === undefined ? TAKEN : { ...TAKEN, retryAfterMs }
    const made = this.reader.read({ ...call, items: [] }, exchange, { ...reading, outcome, unreadable: false }, sentAt)
    return { ...made, submitted: { id: submission.id, charge: reading.charge } }
  }
}

const READS_NOTHING =
  "a request that reads no column of its record: every record would get the data of one. Give it the record's own value, such as `query: { email: record.email }`"

/** Method and path, without what they have of the record. */
function endpointOf({ method, path }: VendorRequest, row: RecordRow): string {
  const own = new Set(Object.values(row).map((value) => encodeURIComponent(String(value))))
  const [pathname = ''] = path.split('?')
  return `${method} ${pathname
    .split('/')
    .map((part) => (own.has(part) ? '*' : part))
    .join('/')}`
}

const TAKEN: Outcome = { kind: 'fresh', reason: 'taken as a job' }

function checkLength(request: VendorRequest, records: number, maxBytes: number): Prepared {
  const bytes = Buffer.byteLength(request.serialized?.text ?? '')
  if (bytes <= maxBytes) return { request }
  const fits = Math.min(records - 1, Math.max(1, Math.floor((records * maxBytes) / bytes)))
  return { tooLong: `the request is ${bytes} bytes long; vendor.bulk.maxBytes allows ${maxBytes}`, fits }
}
