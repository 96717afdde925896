/** Controls, what is shown in no place of its own, halves of a character, and other ends of a line than the usual. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu

/** What a vendor or a person sent must not move the cursor, or turn the line around. */
export function escapedText(line: string): string {
  return line.replace(UNSEEN, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}
