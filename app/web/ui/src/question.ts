/** Which claims count, as the address of a page keeps it. */

import type { Question } from './api/forms'
import { inDays } from './words/days'

const FIELDS = ['window_from', 'window_to', 'as_of', 'known_on', 'doubtful', 'names'] as const

export function questionOf(query: Record<string, string>): Question {
  const question: Question = {}
  for (const field of FIELDS) {
    const value = query[field]
    if (value) question[field] = value
  }
  return question
}

/** The question as the values of an address. */
export function asQuery(question: Question): Record<string, string> {
  return { ...question } as Record<string, string>
}

/** What counts, in words: each a phrase. */
export function inPhrases(question: Question): string[] {
  const phrases: string[] = []
  if (question.window_from && question.window_to) {
    phrases.push(`what held between ${inDays(question.window_from)} and ${inDays(question.window_to)}`)
  }
  if (question.as_of) phrases.push(`what agencies had reported by ${inDays(question.as_of)}`)
  if (question.known_on) phrases.push(`what was known here on ${inDays(question.known_on)}`)
  if (question.doubtful) phrases.push('disputed claims and those graded E, too')
  return phrases
}
