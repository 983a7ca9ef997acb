/** Numbers of the map in words. */

import { capital, inWords } from '../words/terms'

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const SORTS: Record<string, string> = {
  asb: 'anti-social behaviour',
  stop_search: 'stop and search',
  crime: 'recorded crime',
}

export function sortName(sort: string): string {
  return SORTS[sort] ?? inWords(sort)
}

/** How often chance alone would do it. */
export function inChances(p: number): string {
  if (p < 0.0001) return 'less than 1 in 10,000'
  return `1 in ${Math.round(1 / p).toLocaleString('en-GB')}`
}

/** A corner on the British National Grid, of a cell's id. */
export function corner(cell: string): string {
  const [, easting = '', northing = ''] = cell.split('-')
  return `${easting} ${northing}`
}

/** Days of the week on which anything was, the fullest first. */
export function onWeekdays(counts: readonly number[]): string {
  return ranked(counts, (n) => DAYS[n] ?? '')
}

/** Hours in which anything was, the fullest first. */
export function atHours(counts: readonly number[]): string {
  const clock = (n: number) => String(n).padStart(2, '0')
  return ranked(counts, (n) => `${clock(n)}:00 to ${clock((n + 1) % 24)}:00`)
}

function ranked(counts: readonly number[], name: (n: number) => string): string {
  const held = counts.map((count, n) => ({ count, n })).filter(({ count }) => count > 0)
  held.sort((a, b) => b.count - a.count || a.n - b.n)
  const left = held.length - 5
  const words = held.slice(0, 5).map(({ count, n }) => `${name(n)} ${count}`)
  return words.length ? `${words.join('; ')}${left > 0 ? `; ${left} more with fewer` : ''}` : 'none known'
}

/** The sentence of the test as the page says it, with the number of events in brackets. */
export function testSaid(sentence: string): string {
  return capital(sentence.replace(/, (n = [\d,]+)$/, ' ($1)'))
}
