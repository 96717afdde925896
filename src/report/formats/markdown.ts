import { escapedMarkup, escapedText } from '../../domain/words/escaped-text.ts'
import type { Report } from '../report.ts'
import { accountWords } from '../sentence.ts'
import { courseTable, paceTable } from '../tables/course-tables.ts'
import { accountsTable, decisionsTable, unknownTable } from '../tables/credits-tables.ts'
import { factsOf } from '../tables/facts.ts'
import { changesTables, examplesTable, expectedTables, reasonsTable, recordsTable } from '../tables/records-tables.ts'
import type { Table } from '../tables/table.ts'

/** The report for a chat, a ticket or a terminal: GitHub's Markdown. */
export function markdownPage(report: Report): string {
  const { run, sentence, judgement } = report
  const tables = [
    accountsTable(report),
    recordsTable(report),
    ...expectedTables(report),
    ...changesTables(report),
    examplesTable(report),
    reasonsTable(report),
    unknownTable(report),
    decisionsTable(report),
    courseTable(report),
    paceTable(report),
  ]
  const facts = factsOf(report).map(([name, words]) => `- ${name}: ${markdownText(words)}`)
  const parts = [
    `# ${markdownText(`${run.job} · ${run.vendor}`)}`,
    `**${markdownText(sentence)}**`,
    ...(judgement === null ? [] : [markdownText(accountWords(judgement))]),
    ...tables.flatMap((table) => (table === null ? [] : [markdownTable(table)])),
    `## The run\n\n${facts.join('\n')}`,
  ]
  return `${parts.join('\n\n')}\n`
}

export function markdownTable({ caption, columns, detail, rows, note }: Table): string {
  const more = (cell: string | undefined) => (cell === undefined ? [] : [cell])
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    `## ${caption}`,
    '',
    line([...columns.map(({ name }) => name), ...more(detail)]),
    line([...columns.map(({ kind }) => (kind === 'figure' ? '--:' : '---')), ...more(detail && '---')]),
    ...rows.map(({ cells, detail: said = '', sum }) => {
      const shown = cells.map((cell) => (sum && cell !== '' ? `**${markdownText(cell)}**` : markdownText(cell)))
      return line([...shown, ...more(detail && markdownText(said))])
    }),
    ...(note === undefined ? [] : ['', markdownText(note)]),
  ].join('\n')
}

/** Escapes markup, HTML, links, line and cell ends, and mentions. */
export function markdownText(text: string): string {
  return escapedMarkup(escapedText(text).replace(/[\\`*_{}[\]|~$]/g, '\\$&'))
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\bwww\.(?=\w)/gi, 'www\\.')
    .replace(/(?<!\w)@(?=\w)/g, '@\u200b')
}
