import type { ShownJudgement } from '../../domain/judgement/judgement-words.ts'
import type { RunSummary } from '../../domain/run/run.ts'
import type { Plan } from '../../schedule/plan.ts'

/** The JSON of `status`: the run, and beside it the judgement on the account of the config's vendor. */
export type AccountStatus = RunSummary & { readonly judgement: ShownJudgement }

/** The JSON of `plan`: a job's forecast, with the judgement on the account that it is a part of. */
export type JudgedPlan = Plan & { readonly judgement: ShownJudgement }
