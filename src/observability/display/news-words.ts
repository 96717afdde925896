import { figure } from '../../domain/figure.ts'
import { roughly } from '../../domain/roughly.ts'
import { type NewsItem, waitWords } from './news.ts'

/** In words; keys and reasons as they came. */
export function newsWords({ news, times }: NewsItem): string {
  switch (news.kind) {
    case 'resumed':
      return `goes on where it was interrupted: ${figure(news.done)} of ${figure(news.selected)} records are done`
    case 'pace':
      return news.reason
    case 'vendor-pause':
      return `${times > 1 ? `${figure(times)} pauses, the last: ` : ''}no calls for ${waitWords(news.forMs)}${news.reason === null ? ', as the vendor asks' : `: ${news.reason}`}`
    case 'failed':
    case 'unknown':
      return `${itemWords(news.kind, news.key, times)}${news.reason === null ? '' : `: ${news.reason}`}`
    case 'paused':
      return `paused by ${news.by}`
    case 'to-stop':
      return `to stop, as ${news.by} asks`
    case 'goes-on':
      return 'the pause is over: it goes on'
    case 'database-unreachable':
      return `the database is unreachable: ${news.reason}`
    case 'database-back':
      return `the database is back after ${roughly(news.unreachableMs)}`
    case 'outside':
      return `someone else has spent ${figure(news.credits)} credits from the account`
    case 'stopping':
      return 'told to stop'
  }
}

function itemWords(what: 'failed' | 'unknown', key: string, times: number): string {
  return times === 1 ? `record ${key} ${what}` : `${figure(times)} records ${what}, the last ${key}`
}
