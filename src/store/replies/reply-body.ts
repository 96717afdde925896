import { promisify } from 'node:util'
import { deflate, inflate } from 'node:zlib'
import type { FinishedCall } from '../../refresh/ports/calls.ts'
import type { KeptReply } from '../../refresh/ports/kept-reply.ts'
import type { KeptCall } from '../../refresh/ports/replay-store.ts'

/** Replies are much alike: together they become far smaller, and in far less time, than each alone. */
const LEVEL = 1
/** A page is what a replay maps and writes at a time: so many records and characters, but for the call that goes over. */
const RECORDS_A_PAGE = 500
const CHARACTERS_A_PAGE = 1_000_000

export type RepliedCall = FinishedCall & { readonly reply: KeptReply }

/** Replies that go into one row, compressed. */
export interface PackedReplies {
  readonly calls: readonly RepliedCall[]
  readonly body: Uint8Array<ArrayBuffer>
}

/** Packs the replies that finished calls brought, in the order of the calls; none where none is kept. */
export async function packReplies(finished: readonly FinishedCall[]): Promise<readonly PackedReplies[]> {
  const calls = finished.filter((call): call is RepliedCall => call.reply !== undefined)
  return calls.length === 0 ? [] : Promise.all(inPages(calls).map(pack))
}

function inPages(calls: readonly RepliedCall[]): RepliedCall[][] {
  const pages: RepliedCall[][] = []
  let [records, characters] = [RECORDS_A_PAGE, 0]
  for (const call of calls) {
    if (records >= RECORDS_A_PAGE || characters >= CHARACTERS_A_PAGE) {
      pages.push([])
      ;[records, characters] = [0, 0]
    }
    pages.at(-1)?.push(call)
    records += call.items.length
    for (const { duplicates } of call.items) records += duplicates.length
    characters += call.reply.text.length
  }
  return pages
}

const deflated = promisify<Buffer, { level: number }, Buffer>(deflate)
const inflated = promisify<Uint8Array, Buffer>(inflate)

async function pack(calls: readonly RepliedCall[]): Promise<PackedReplies> {
  // The texts stand behind the rest, not in it: to write JSON within JSON costs more than to compress it.
  const heads = calls.map(toHead)
  const text = `${JSON.stringify(heads)}\n${calls.map(({ reply }) => reply.text).join('')}`
  return { calls, body: Uint8Array.from(await deflated(Buffer.from(text), { level: LEVEL })) }
}

/** A call without its reply's text, but for how long that is. */
type Head = Omit<KeptCall, 'text'> & { readonly text: number }

/** Everything in it, so that the tables of items and of duplicates are not needed to read it. */
function toHead({ n, reply, items }: RepliedCall): Head {
  const { until: _, text, ...rest } = reply
  const records = items.map(({ key, seq, duplicates }) => ({
    key,
    seq,
    duplicates: duplicates.map((each) => each.key),
  }))
  return { n, ...rest, text: text.length, records }
}

/** @throws if the body is damaged, by zlib's checksum */
export async function unpackReplies(body: Uint8Array): Promise<KeptCall[]> {
  const text = (await inflated(body)).toString()
  let at = text.indexOf('\n') + 1
  const heads = JSON.parse(text.slice(0, at)) as Head[]
  return heads.map((head) => {
    const from = at
    at += head.text
    return { ...head, text: text.slice(from, at) }
  })
}
