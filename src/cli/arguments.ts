import { InvalidArgumentError } from 'commander'

export function each(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

export function whole(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

export function port(text: string): number {
  const value = whole(text)
  if (value > 65_535) throw new InvalidArgumentError('It must be a port, 0 to 65535; 0: any free one.')
  return value
}

/** What node-cron can be told to keep. */
export function seconds(text: string): number {
  const value = whole(text)
  const sound = value >= 1 && (value < 60 || (value % 60 === 0 && value < 3_600))
  if (!sound) throw new InvalidArgumentError('It must be 1 to 59 seconds, or whole minutes up to 59.')
  return value
}

export function decimal(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number, 0 or more.')
  return Number(text)
}

/** The share is read where it is used. */
export function decimalOrShare(text: string): number | string {
  if (text.endsWith('%') || text === 'auto') return text
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a number, 0 or more, or a share such as 10%.')
}
