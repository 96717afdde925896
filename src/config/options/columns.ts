/** A column of the rows `C`. Any text where they have no type of their own, as where `defineConfig` is given none. */
export type Column<C extends object> = string extends keyof C ? string : Extract<keyof C, string>

/** Column to something. */
export type ByColumn<C extends object, T> = string extends keyof C
  ? Readonly<Record<string, T>>
  : { readonly [_ in Column<C>]?: T }
