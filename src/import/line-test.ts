import { messageOf } from '../domain/errors.ts'
/** Which lines can matter: the config's LineTest, with its texts as a list. */
export type LineTest = ((text: string) => boolean) | { readonly includes: readonly string[] }

/** Whether a line can matter, or what is wrong with the test. */
export function lineTest(test: LineTest | undefined): (text: string) => boolean | { readonly problem: string } {
  if (test === undefined) return () => true
  if (typeof test === 'object') {
    const [only, ...more] = test.includes
    if (only !== undefined && more.length === 0) return (text) => text.includes(only)
    return (text) => test.includes.some((each) => text.includes(each))
  }
  return (text) => {
    try {
      return Boolean(test(text))
    } catch (error) {
      return { problem: `records.import.where threw: ${messageOf(error)}` }
    }
  }
}
