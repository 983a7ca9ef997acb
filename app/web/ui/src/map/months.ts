/** A month as a period, and a period as a month where it is one. */

import type { Question } from '../api/forms'

export interface Period {
  window_from: string
  window_to: string
}

export function periodOf(month: string): Period {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate()
  return { window_from: `${month}-01`, window_to: `${month}-${String(last).padStart(2, '0')}` }
}

/** The month that a question asks about; empty where it asks about none, or another period. */
export function monthOf(question: Question): string {
  const month = question.window_from?.slice(0, 7) ?? ''
  return month && question.window_to === periodOf(month).window_to && question.window_from === `${month}-01` ? month : ''
}

/** The month on record before (-1) or after (1) the one asked about; without one, the last or the first on record. */
export function stepped(months: readonly string[], month: string, step: -1 | 1): string {
  const order = [...months].sort()
  if (!month) return (step < 0 ? order.at(-1) : order[0]) ?? ''
  return (step < 0 ? order.filter((one) => one < month).at(-1) : order.find((one) => one > month)) ?? ''
}

/** The question with another period; none for everything. */
export function within(question: Question, period: Period | null): Question {
  const { window_from: _, window_to: __, ...kept } = question
  return period ? { ...kept, ...period } : kept
}

/** Why a first and a last day make no period; empty where they do, or both are missing. */
export function faultOfPeriod(from: string, to: string): { field: 'from' | 'to'; text: string } | null {
  if (Boolean(from) !== Boolean(to)) {
    return { field: from ? 'to' : 'from', text: 'A period has a first and a last day' }
  }
  return from && to < from ? { field: 'to', text: 'The last day lies before the first' } : null
}
