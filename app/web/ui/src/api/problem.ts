/** What went wrong, and what somebody can do about it. */

import type { ProblemBody } from './forms'

export class Problem extends Error {
  readonly kind: string
  readonly title: string
  readonly status: number
  readonly instance: string
  readonly fields: { field: string; rule: string }[]
  readonly retryAfterS: number

  constructor(body: Partial<ProblemBody>, retryAfterS = 0) {
    super(body.detail ?? '')
    this.kind = (body.type ?? '').replace('/problems/', '')
    this.title = body.title ?? 'Something went wrong'
    this.status = body.status ?? 0
    this.instance = body.instance ?? ''
    this.fields = body.fields ?? []
    this.retryAfterS = retryAfterS
  }
}

export const UNREACHABLE = new Problem({
  type: '/problems/unreachable',
  title: 'The service does not answer',
  detail: 'Nothing was changed by what you did last, as far as this page can tell.',
})

/** What to do about each kind of problem; those that say it themselves are not named. */
const TO_DO: Record<string, string> = {
  unreachable: 'Check that you are on the right network, then try again.',
  'audit-unavailable': 'Try again in a moment. If it goes on, tell whoever runs the service.',
  'store-unavailable': 'Try again in a moment. If it goes on, tell whoever runs the service.',
  'schema-version': 'Tell whoever runs the service.',
  settings: 'Tell whoever runs the service.',
  'not-permitted': 'If your work needs it, ask whoever looks after accounts in your agency.',
  'not-found': 'It may have been changed, removed or shared with others only. Go back to the list and look there.',
  'wrong-place': 'Choose another kind of area, or ask whoever runs the service to load the areas.',
  conflict: 'Load the page again to see how things stand now.',
  internal: 'Tell whoever runs the service, with the number of the occurrence.',
  'service-unavailable': 'Try again in a moment.',
}

export function whatToDo(problem: Problem): string {
  return TO_DO[problem.kind] ?? (problem.status >= 500 ? (TO_DO['internal'] ?? '') : '')
}

/** The detail as a sentence of a page: a capital at its beginning and a full stop at its end. */
export function inSentence(detail: string): string {
  const text = detail.trim()
  if (!text) return ''
  // The name of a file or a field stays as it is written.
  const begun = /^[a-z]+[ ,]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem({ title: 'The page failed', detail: error instanceof Error ? error.message : '' })
}
