import ts from 'typescript'

/** A type that somebody meets who follows what a module exports, with the members that it names itself. */
export interface ReachedType {
  readonly name: string
  /** Where it is declared. */
  readonly file: string
  readonly members: readonly string[]
}

/** All types that the exports of a declaration file lead to, inside `folder`. */
export function reachedTypes(entry: string, folder: string): ReachedType[] {
  const { NodeNext } = ts.ModuleKind
  const program = ts.createProgram([entry], { strict: true, module: NodeNext, skipLibCheck: true, types: [] })
  const checker = program.getTypeChecker()
  const resolved = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry) as ts.Node) as ts.Symbol
  const waiting = checker.getExportsOfModule(module).map(resolved)
  const reached = new Map<ts.Symbol, ReachedType>()
  for (const symbol of waiting) {
    const declarations = (symbol.declarations ?? []).filter((each) => each.getSourceFile().fileName.startsWith(folder))
    const [first] = declarations
    if (first === undefined || reached.has(symbol)) continue
    const members: string[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isTypeElement(node) || ts.isClassElement(node)) members.push(node.name?.getText() ?? '')
      const named = nameOf(node)
      const target = named && checker.getSymbolAtLocation(named)
      if (target !== undefined) waiting.push(resolved(target))
      ts.forEachChild(node, visit)
    }
    for (const declaration of declarations) visit(declaration)
    reached.set(symbol, { name: symbol.name, file: first.getSourceFile().fileName, members })
  }
  return [...reached.values()]
}

/** The name of the type that the node refers to. */
function nameOf(node: ts.Node): ts.Node | undefined {
  if (ts.isTypeReferenceNode(node)) return node.typeName
  if (ts.isTypeQueryNode(node)) return node.exprName
  return ts.isExpressionWithTypeArguments(node) ? node.expression : undefined
}
