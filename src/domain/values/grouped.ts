/** The members in groups of those that have the same id; groups and members in the order in which they came. */
export function grouped<T>(members: readonly T[], idOf: (member: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const member of members) {
    const id = idOf(member)
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [member])
    else group.push(member)
  }
  return [...groups.values()]
}
