/** Undo and redo: states that were, and what led from one to the next. */

interface Step<T> {
  /** What was done, as a button names it. */
  act: string
  /** Acts with the same key that follow each other are undone as one. */
  key: string
  state: T
}

export interface History<T> {
  past: readonly Step<T>[]
  now: T
  future: readonly Step<T>[]
}

const MOST_STEPS = 200

export function begin<T>(now: T): History<T> {
  return { past: [], now, future: [] }
}

export function done<T>(history: History<T>, act: string, now: T, key = ''): History<T> {
  const last = history.past.at(-1)
  const same = key !== '' && last?.key === key && history.future.length === 0
  const past = same ? history.past : [...history.past, { act, key, state: history.now }].slice(-MOST_STEPS)
  return { past, now, future: [] }
}

export function undone<T>(history: History<T>): History<T> {
  const last = history.past.at(-1)
  if (!last) return history
  const future = [...history.future, { ...last, key: '', state: history.now }]
  return { past: history.past.slice(0, -1), now: last.state, future }
}

export function redone<T>(history: History<T>): History<T> {
  const next = history.future.at(-1)
  if (!next) return history
  const past = [...history.past, { ...next, state: history.now }]
  return { past, now: next.state, future: history.future.slice(0, -1) }
}

export const undoes = (history: History<unknown>): string => history.past.at(-1)?.act ?? ''
export const redoes = (history: History<unknown>): string => history.future.at(-1)?.act ?? ''
