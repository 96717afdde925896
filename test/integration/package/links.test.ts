import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const under = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...under('docs'), ...under('bench')].filter((path) =>
  path.endsWith('.md'),
)

/** As the usual renderers make them of a heading. */
function anchorOf(heading: string): string {
  const words = heading.replace(/[`*]/g, '').toLowerCase()
  return words.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')
}

function anchorsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading as string))
}

/** What a page links to and is not there. */
function brokenLinks(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```/g, '')
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to as string)
  return links.filter((to) => {
    if (/^[a-z]+:/.test(to)) return false
    const [path, anchor] = to.split('#') as [string, string | undefined]
    const file = path === '' ? join(root, page) : join(root, dirname(page), path)
    if (!existsSync(file)) return true
    return anchor !== undefined && !anchorsOf(file).includes(anchor)
  })
}

test.each(pages)('%s links only to what is there', (page) => {
  expect(brokenLinks(page)).toEqual([])
})

test('every page of docs is linked from another one', () => {
  const linked = new Set(
    pages.flatMap((page) => {
      const text = readFileSync(join(root, page), 'utf8')
      const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, to]) => to as string)
      return links.filter((to) => !/^[a-z]+:/.test(to)).map((to) => relative(root, join(root, dirname(page), to)))
    }),
  )
  // A folder that is linked is a list of its files.
  const reached = (path: string) => linked.has(path) || linked.has(dirname(path))
  expect(pages.filter((path) => path.startsWith('docs/') && !reached(path))).toEqual([])
})
