/** Requests to the service, and to nothing else. */

import type { ProblemBody } from './forms'
import { Problem, UNREACHABLE } from './problem'

type Values = Record<string, string | number | boolean | readonly string[] | null | undefined>

/** What the shell wants to know of every request. */
export const watcher = {
  csrf: '',
  used: (): void => {},
  refused: (_problem: Problem): void => {},
}

export function ask<T>(path: string, values: Values = {}, signal?: AbortSignal): Promise<T> {
  return answered<T>(`${path}${queryOf(values)}`, signal ? { signal } : {})
}

export function tell<T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const headers: Record<string, string> = { 'X-Kithmap-CSRF': watcher.csrf }
  const how = { method, headers, ...(signal ? { signal } : {}) }
  if (body === undefined) return answered<T>(path, how)
  headers['Content-Type'] = 'application/json'
  return answered<T>(path, { ...how, body: JSON.stringify(body) })
}

export function sendFile<T>(path: string, file: Blob): Promise<T> {
  const headers = { 'X-Kithmap-CSRF': watcher.csrf, 'Content-Type': 'application/octet-stream' }
  return answered<T>(path, { method: 'PUT', headers, body: file })
}

export function queryOf(values: Values): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== '' && one !== false) query.append(name, String(one))
    }
  }
  return query.size ? `?${query}` : ''
}

export interface SavedFile {
  name: string
  content: Blob
}

/** Ask for a file that the service writes. */
export async function fetchFile(path: string, body: unknown): Promise<SavedFile> {
  const headers = { 'X-Kithmap-CSRF': watcher.csrf, 'Content-Type': 'application/json' }
  const answer = await sent(path, { method: 'POST', headers, body: JSON.stringify(body) })
  const said = answer.headers.get('Content-Disposition') ?? ''
  return { name: /filename="([\w.-]+)"/.exec(said)?.[1] ?? 'file', content: await answer.blob() }
}

async function answered<T>(path: string, how: RequestInit): Promise<T> {
  const answer = await sent(path, how)
  return (answer.status === 204 ? undefined : await answer.json()) as T
}

async function sent(path: string, how: RequestInit): Promise<Response> {
  let answer: Response
  try {
    answer = await fetch(path, { ...how, credentials: 'same-origin', cache: 'no-store', redirect: 'error' })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw UNREACHABLE
  }
  if (answer.ok) {
    watcher.used()
    return answer
  }
  const problem = new Problem(await problemBody(answer), Number(answer.headers.get('Retry-After') ?? 0))
  watcher.refused(problem)
  throw problem
}

async function problemBody(answer: Response): Promise<Partial<ProblemBody>> {
  const fallback = { status: answer.status, title: 'The service did not answer as it should' }
  try {
    return { ...fallback, ...((await answer.json()) as Partial<ProblemBody>) }
  } catch {
    return fallback
  }
}
