export type { TickDecision, TickSummary } from './app/daemon/tick-summary.ts'
export type { Diagnosis, Finding } from './app/health/diagnosis.ts'
export type { ImportControls, ImportHandle, ImportRequest, ImportSummary } from './app/import/import-controls.ts'
export type { AccountStatus, JudgedPlan } from './app/plan/judged.ts'
export type { ReplayControls, ReplayOptions, RunControls, RunOptions, UnknownControls } from './app/run/run-controls.ts'
export type {
  AccountOptions,
  AccountsTools,
  AnyAccount,
  FleetOptions,
} from './config/options/accounts-options.ts'
export type { AuthOptions } from './config/options/auth-options.ts'
export type { ByColumn, Column } from './config/options/columns.ts'
export type { BalanceOptions, CostOptions, CreditsOptions, CycleOptions } from './config/options/credits-options.ts'
export type { AutoReserveOptions, GainOptions, JobOptions, ScheduleOptions } from './config/options/job-options.ts'
export type {
  ImportOptions,
  ImportSource,
  LineTest,
  RecordsOptions,
  UpdateSource,
  Where,
  WhereValue,
} from './config/options/records-options.ts'
export {
  type AccountsConfig,
  type AnyConfig,
  type DatabaseOptions,
  defineConfig,
  type HeartbeatOptions,
  type NotifyEvent,
  type NotifyOptions,
  type ReportOptions,
  type ServiceOptions,
  type SpenddownConfig,
} from './config/options/spenddown-config.ts'
export type {
  AsyncOptions,
  BulkOptions,
  LimitsOptions,
  OutcomeRuleOptions,
  SingleOptions,
  VendorOptions,
} from './config/options/vendor-options.ts'
export type {
  BulkResult,
  ReportedCredits,
  ReportedInstant,
  ResultsRequest,
  StandardSchema,
  VendorOutcome,
  VendorReply,
  VendorRequest,
} from './config/options/vendor-types.ts'
export type { DecidedCall, UnknownCall, UnknownCalls } from './domain/call/unknown-call.ts'
export {
  DatabaseUnavailableError,
  InputError,
  LeaseHeldError,
  LeaseLostError,
  LedgerError,
  SpenddownError,
} from './domain/errors/errors.ts'
export type { Problem } from './domain/errors/problem.ts'
export type { Cause as JudgementCause, LossCause as Cause, Verdict } from './domain/judgement/judgement.ts'
export type { ShownJudgement as Judgement } from './domain/judgement/judgement-words.ts'
export type { ControlAction, ControlledRun } from './domain/run/control-action.ts'
export type { RunStatus, RunSummary, StopReason } from './domain/run/run.ts'
export type { ImportState } from './import/ports.ts'
export {
  doctor,
  importRecords,
  plan,
  type RunHandle,
  replay,
  report,
  resume,
  run,
  settleUnknown,
  status,
  tick,
  unknownCalls,
} from './library/use-cases.ts'
export type { CallOutcome, PaceSnapshot, RunEvent, RunProbe } from './refresh/events/events.ts'
export type { Log } from './refresh/ports/log.ts'
export type { ReplayCounts, ReplayReason, ReplaySummary } from './refresh/replay/replay-report.ts'
export type { Saying } from './refresh/settle/settle-by-hand.ts'
export { type ReportFormat, reportText } from './report/formats/formats.ts'
export type { Report } from './report/report.ts'
export type { Range } from './schedule/experience.ts'
export type { Plan } from './schedule/plan.ts'
