import { escapedText } from '../../domain/escaped-text.ts'
import type { Message } from './message.ts'

/** Between the characters that a chat would read together; nobody sees it. */
const APART = '\u2060'

/**
 * The line as Slack shows it word for word (https://docs.slack.dev/messaging/formatting-message-text, read 29 November
 * 2026): a vendor's words call nobody, and link nowhere; Mattermost, which takes the same form, reads "@all" and
 * "[…](…)" too. Only our own report is a link.
 */
export function slackText({ message, report = '' }: Message): string {
  const words = report !== '' && message.endsWith(report) ? message.slice(0, -report.length) : message
  const plain = escapedText(words)
    .replace(/@(?=\w)|:(?=\/\/)|(?<=\w)\.(?=\p{L}{2})|\](?=\()/gu, `$&${APART}`)
    .replace(/(?<=^|\W)mailto:/gi, `$&${APART}`)
  return ampersands(plain) + ampersands(message.slice(words.length))
}

function ampersands(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
