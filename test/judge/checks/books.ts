import type { Evidence, RunDocument } from '../play/evidence.ts'
import { runOf } from '../play/run-of.ts'
import { costOf, type Receipt } from '../vendor/bill.ts'

/** The vendor's bill, by the runs that it is for. */
export class Books {
  readonly evidence: Evidence
  private readonly runs = new Map<string, string | null>()

  constructor(evidence: Evidence) {
    this.evidence = evidence
    for (const child of evidence.children) this.runs.set(child.name, runOf(child))
  }

  runOfReceipt({ process }: Receipt): string | null {
    return this.runs.get(process) ?? null
  }

  calls(runId: string): Receipt[] {
    return this.evidence.bill.receipts.filter(
      (receipt) => receipt.kind === 'call' && this.runOfReceipt(receipt) === runId,
    )
  }

  charged(runId: string): Receipt[] {
    return this.calls(runId).filter(({ billedAt }) => billedAt !== null)
  }

  /** What the books of a run must know of: all but what was charged between a copy of the database and its return. */
  billed(runId: string): number {
    return this.charged(runId)
      .filter((receipt) => !this.isForgotten(receipt))
      .reduce((sum, { served }) => sum + costOf(served), 0)
  }

  isForgotten({ at }: Receipt): boolean {
    return this.evidence.setBacks.some(({ from, to }) => to < at && at <= from)
  }

  receipt(serial: number): Receipt | undefined {
    return this.evidence.bill.receipts[serial - 1]
  }

  documents(): readonly RunDocument[] {
    return this.evidence.runs
  }
}

/** Whether the client can have had no answer: it was lost, or came when its patience had ended, or nearly. */
export function isLost(receipt: Receipt, timeoutMs: number): boolean {
  return receipt.answeredAt === null || receipt.answeredAt - receipt.at > timeoutMs - 150
}
