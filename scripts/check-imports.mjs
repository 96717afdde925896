// The import rule: reads what every shipped source imports and holds it against import-rule.mjs. No cycles either, and
// no comparison with a database's name but where those are told apart.
// Tests, which tsconfig.build.json excludes, import what they like. Usage: node scripts/check-imports.mjs [ROOT]
import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { DATABASES, FILES, PACKAGES, PARTS, PRIVATE, PROCESS } from './import-rule.mjs'

/** `==`, `===`, `!=`, `!==`. */
const COMPARISONS = [
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
const src = join(root, 'src')
const sources = shippedSources().map(readSource)
const problems = [...sources.flatMap(problemsOf), ...cycles(sources)]

for (const problem of problems) console.error(problem)
if (problems.length > 0) console.error(`\n${problems.length} breaches of the import rule (scripts/import-rule.mjs)`)
process.exitCode = problems.length > 0 ? 1 : 0

/** What the build compiles, as paths relative to src/. The generated clients are not ours to judge. */
function shippedSources() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.build.json'), ts.sys.readFile)
  const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const paths = fileNames.map((file) => relative(src, file).split(sep).join('/'))
  return paths.filter((path) => !path.startsWith('generated/') && !path.startsWith('../')).sort()
}

/**
 * The imports of a file ({ to, typeOnly, line }), the members of process that it touches ({ member, line }), the databases
 * with whose names it compares ({ name, line }).
 */
function readSource(path) {
  const text = readFileSync(join(src, path), 'utf8')
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const imports = []
  const touches = []
  const databases = []
  const visit = (node) => {
    const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1
    const found = importOf(node)
    if (found) imports.push({ to: target(path, found.specifier), typeOnly: found.typeOnly, line })
    const member = processMember(node)
    if (member) touches.push({ member, line })
    const name = comparedDatabase(node)
    if (name) databases.push({ name, line })
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return { path, imports, touches, databases }
}

/** `import`, `export … from`, `import()` and `import('…')` as a type. */
function importOf(node) {
  const literal = (child) => (child && ts.isStringLiteralLike(child) ? child.text : null)
  let specifier = null
  let typeOnly = false
  if (ts.isImportDeclaration(node)) {
    specifier = literal(node.moduleSpecifier)
    typeOnly = node.importClause?.isTypeOnly === true || allTypes(node.importClause?.namedBindings, node.importClause)
  } else if (ts.isExportDeclaration(node)) {
    specifier = literal(node.moduleSpecifier)
    typeOnly = node.isTypeOnly || allTypes(node.exportClause)
  } else if (ts.isImportTypeNode(node)) {
    specifier = literal(node.argument.literal)
    typeOnly = true
  } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    specifier = literal(node.arguments[0])
  }
  return specifier === null ? null : { specifier, typeOnly }
}

/** `import { type A, type B }`; with a default import beside it, it is not types only. */
function allTypes(bindings, clause) {
  if (!bindings?.elements?.length || clause?.name) return false
  return bindings.elements.every((element) => element.isTypeOnly)
}

/** `process.x`, and `const { x } = process`. */
function processMember(node) {
  if (ts.isPropertyAccessExpression(node) && node.expression.getText() === 'process') return node.name.text
  if (!ts.isBindingElement(node) || node.parent.parent.initializer?.getText() !== 'process') return null
  return (node.propertyName ?? node.name).getText()
}

/** `x === 'sqlite'`, the other way round, and `case 'sqlite'`. */
function comparedDatabase(node) {
  let compared = []
  if (ts.isBinaryExpression(node) && COMPARISONS.includes(node.operatorToken.kind)) compared = [node.left, node.right]
  if (ts.isCaseClause(node)) compared = [node.expression]
  return compared.find((each) => ts.isStringLiteralLike(each) && DATABASES.names.includes(each.text))?.text
}

function target(from, specifier) {
  return specifier.startsWith('.') ? join(dirname(from), specifier).split(sep).join('/') : { package: specifier }
}

function problemsOf({ path, imports, touches, databases }) {
  const part = PARTS.find(({ members }) => isIn(path, members))
  if (!part) return [`src/${path}: belongs to no part of the import rule`]
  const breaches = imports.map((each) => [
    each.line,
    typeof each.to === 'string'
      ? (fileBreach(path, part, each) ?? privateBreach(path, each.to))
      : packageBreach(path, part, each.to.package),
  ])
  for (const { member, line } of touches) {
    if (!isIn(path, PROCESS[member] ?? [path]))
      breaches.push([line, `only ${PROCESS[member].join(', ')} may touch process.${member}`])
  }
  for (const { name, line } of databases) {
    if (!isIn(path, DATABASES.places))
      breaches.push([line, `only ${DATABASES.places.join(', ')} may compare with '${name}'`])
  }
  return breaches.filter(([, why]) => why !== null).map(([line, why]) => `src/${path}:${line}: ${why}`)
}

function fileBreach(path, { name, members, may, mayTypes = [] }, { to, typeOnly }) {
  const owners = FILES[to]
  if (owners && !typeOnly && !isIn(path, owners)) return `only ${owners.join(', ')} may import more than types of ${to}`
  if (isIn(to, [...members, ...may]) || (typeOnly && isIn(to, mayTypes))) return null
  return `${name} may not import ${to}${isIn(to, mayTypes) ? ' except its types' : ''}`
}

function privateBreach(path, to) {
  const folder = Object.keys(PRIVATE).find((name) => isIn(to, [name]) && !isIn(path, PRIVATE[name]))
  return folder === undefined ? null : `only ${PRIVATE[folder].join(', ')} may import ${folder}`
}

function packageBreach(path, part, specifier) {
  if (/^(node:)?process$/.test(specifier)) return 'use the global process, not an import of it'
  if (part.packages && !part.packages.includes(specifier)) return `${part.name} may not import ${specifier}`
  const owned = Object.keys(PACKAGES).find(
    (name) => specifier === name || specifier.startsWith(name.endsWith('/') ? name : `${name}/`),
  )
  return owned && !isIn(path, PACKAGES[owned]) ? `only ${PACKAGES[owned].join(', ')} may import ${owned}` : null
}

function isIn(path, places) {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place))
}

/** Circles of imports, types included, each once: found where a walk in depth meets a file that it is still in. */
function cycles(files) {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports.map(({ to }) => to)]))
  const done = new Set()
  const found = []
  const walk = (path, trail) => {
    if (trail.includes(path)) found.push(`import cycle: ${[...trail.slice(trail.indexOf(path)), path].join(' → ')}`)
    if (trail.includes(path) || done.has(path) || !importsOf.has(path)) return
    for (const next of importsOf.get(path)) walk(next, [...trail, path])
    done.add(path)
  }
  for (const { path } of files) walk(path, [])
  return found
}
