import type { Answer } from './answer.ts'

/** What has become of a job. */
type Job =
  | { state: 'running' }
  | { state: 'done'; answer: Answer }
  /** `answer`: what was charged for it all the same. */
  | { state: 'failed'; why: string; answer: Answer | undefined }

/** Jobs that were taken, by id. Nothing is ever forgotten. */
export class JobBook {
  readonly #jobs = new Map<string, Job>()

  add(): string {
    const id = `job-${this.#jobs.size + 1}`
    this.#jobs.set(id, { state: 'running' })
    return id
  }

  end(id: string, job: Job): void {
    this.#jobs.set(id, job)
  }

  find(id: string): Job | undefined {
    return this.#jobs.get(id)
  }
}
