/** A period of a chart: its months, and the days that a brush takes in. */

import type { Month } from '../api/exploring'

export interface Period {
  from: string
  to: string
}

/** Months as bars, from the left edge to the right, each as a share of both. */
export interface Bar {
  month: string
  claims: number
  events: number
  left: number
  width: number
  height: number
}

export function barsOf(months: readonly Month[]): Bar[] {
  const most = Math.max(1, ...months.map((one) => one.claims))
  const width = 1 / Math.max(1, months.length)
  return months.map((one, n) => ({ ...one, left: n * width, width, height: one.claims / most }))
}

export function lastDayOf(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)
}

/** Whole months from one share of the width to another. */
export function brushed(months: readonly Month[], one: number, other: number): Period | null {
  if (!months.length) return null
  const at = (share: number) => Math.min(months.length - 1, Math.max(0, Math.floor(share * months.length)))
  const [first, last] = [at(Math.min(one, other)), at(Math.max(one, other))]
  const from = months[first]?.month
  const to = months[last]?.month
  return from && to ? { from: `${from}-01`, to: lastDayOf(to) } : null
}

/** Where a period lies in the width; cut to what is there. */
export function shares(months: readonly Month[], period: Period): { left: number; width: number } | null {
  const first = months[0]?.month
  if (!first) return null
  const number = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7))
  const of = (month: string) => (number(month) - number(first)) / months.length
  const left = Math.max(0, Math.min(1, of(period.from)))
  const right = Math.max(0, Math.min(1, of(period.to) + 1 / months.length))
  return right > left ? { left, width: right - left } : null
}

/** Years to write under the bars, so few that they do not touch. */
export function years(months: readonly Month[]): { year: string; left: number }[] {
  const all = months.flatMap(({ month }, n) => (n === 0 || month.endsWith('-01') ? [{ year: month.slice(0, 4), left: n / months.length }] : []))
  const apart = all.filter((one, n) => n !== 0 || (all[1]?.left ?? 1) - one.left > 0.08)
  const every = Math.ceil(apart.length / 10)
  return apart.filter((_, n) => n % every === 0)
}
