import { escapedText } from '../domain/escaped-text.ts'

/** Text that Markdown shows as it is: no markup, no HTML, no link, no new line or cell, and nobody called by name. */
export function markdownText(text: string): string {
  return escapedText(text)
    .replace(/[\\`*_{}[\]|~$]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\bwww\.(?=\w)/gi, 'www\\.')
    .replace(/(?<!\w)@(?=\w)/g, '@\u200b')
}
