import { missed } from './figures.ts'
import type { Figures } from './measure.ts'
import type { Scenario, Target } from './scenario.ts'

export interface Result {
  readonly scenario: string
  readonly contender: string
  readonly seeds: number
  readonly figures: Figures
}

const HEAD = [
  'who',
  'seeds',
  'goodput',
  'p95 latency / unloaded',
  'throttled',
  'collapses',
  'billed for nothing',
  'to 90 %',
  'recovery',
  'sent into an outage',
]

/** A scenario as a section: what it is, what ours must reach, and everybody's figures. */
export function section(scenario: Scenario, results: readonly Result[]): string {
  const own = results.find(({ contender }) => contender === 'spenddown')
  const rows = results.map(({ contender, seeds, figures }) => row(scenario, contender, seeds, figures))
  return [
    `## ${capital(scenario.title)}`,
    '',
    `${scenario.targets.map((target) => promise(target, own?.figures)).join('; ')}.`,
    '',
    `![calls allowed at once](plots/${scenario.name}.svg)`,
    '',
    `| ${HEAD.join(' | ')} |`,
    `|${HEAD.map(() => '---').join('|')}|`,
    ...rows,
    '',
  ].join('\n')
}

function promise(target: Target, own: Figures | undefined): string {
  const { figure, atLeast, atMost } = target
  const wanted = `${WORDS[figure]} ${atLeast === undefined ? 'at most' : 'at least'} ${shown(figure, atLeast ?? atMost ?? 0)}`
  if (own === undefined) return `Wanted: ${wanted}`
  const value = shown(figure, own[figure] ?? Number.NaN)
  return missed(target, own) === null ? `Reached: ${wanted} (${value})` : `**Not reached**: ${wanted} (${value})`
}

const WORDS: Readonly<Record<Target['figure'], string>> = {
  goodput: 'goodput',
  slowdown: 'latency, times unloaded,',
  throttled: 'throttled',
  collapses: 'collapses',
  lost: 'billed for nothing',
  to90Ms: 'to 90 % of capacity',
  recoverMs: 'recovery',
  sentInto: 'sent into the outage',
}

function shown(figure: Target['figure'], value: number): string {
  if (figure === 'goodput') return value.toFixed(3)
  if (figure === 'slowdown') return value.toFixed(2)
  if (figure === 'throttled') return share(value)
  return figure === 'to90Ms' || figure === 'recoverMs' ? seconds(value) : String(Math.round(value * 10) / 10)
}

function row({ model, changes = [] }: Scenario, name: string, seeds: number, figures: Figures): string {
  const { goodput, slowdown, throttled, collapses, lost, to90Ms, recoverMs, sentInto } = figures
  const who = name === 'spenddown' ? `**${name}**` : name
  const cells = [
    who,
    String(seeds),
    goodput.toFixed(3),
    Number.isNaN(slowdown) ? '–' : slowdown.toFixed(2),
    share(throttled),
    model.collapse === undefined ? '–' : collapses.toLocaleString('en-US'),
    model.collapse === undefined ? '–' : lost.toFixed(1),
    seconds(to90Ms),
    changes.length === 0 ? '–' : seconds(recoverMs ?? Number.NaN),
    model.outage === undefined ? '–' : sentInto.toLocaleString('en-US'),
  ]
  return `| ${cells.join(' | ')} |`
}

function share(value: number): string {
  return value === 0 ? '0' : `${(100 * value).toFixed(value < 0.001 ? 3 : 2)} %`
}

function seconds(ms: number): string {
  return Number.isFinite(ms) ? `${(ms / 1000).toFixed(1)} s` : 'never'
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
