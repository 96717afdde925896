/** Control and format characters, surrogates, invisible characters, and Unicode line separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu

/** Escapes characters with which foreign text could move the cursor or change the text direction of a terminal. */
export function escapedText(line: string): string {
  return line.replace(UNSEEN, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}

/** Escapes the three characters that are markup in HTML and in Slack's messages. */
export function escapedMarkup(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

/** JSON of the same value without such characters: JSON.stringify escapes only those below U+0020. */
export function escapedJson(json: string): string {
  return json.replace(UNSEEN, (character) =>
    character === '\n'
      ? character
      : character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}
