/** Exploring the linkage graph: forms of its answers, and the requests for them. */

import { ask, fetchFile, tell } from './client'
import type { Claim, Parameters, Question, Restricted } from './forms'

export type EntityKind =
  | 'Person' | 'Group' | 'Location' | 'Event' | 'Object' | 'Organisation' | 'Area'
  | 'Hotspot' | 'Intervention' | 'Meeting' | 'Item' | 'Decision' | 'Action' // prettier-ignore

export interface Entity {
  id: string
  kind: EntityKind
  sort: string | null
  category: string | null
  shown_as: string
  age: 'child' | 'adult' | 'not known' | null
}

export interface FoundEntity extends Entity {
  exact: boolean
  found_by: string[]
}

export interface SearchFound {
  sentence: string
  found: number
  counts: { kind: EntityKind; found: number }[]
  rows: FoundEntity[]
  restricted: Restricted[]
}

/** A link, with what it rests on. */
export interface Link {
  id: string
  says: string
  a: string
  b: string
  capacity: string | null
  drawn: 'asserted' | 'derived'
  from: string | null
  to: string | null
  last_confirmed: string | null
  sources: number
  claims: number
  source_best: string | null
  source_worst: string | null
  information_best: string | null
  information_worst: string | null
  disputed: boolean
}

interface Sourced {
  claim: string
  agency: string
  grade: string | null
  basis: string | null
  status: string
  from: string | null
  to: string | null
}

export interface Card extends Entity {
  names: string[] | null
  note: string
  on_day: string
  parameters: Parameters
  records: number
  areas: { code: string | null; name: string | null; says: string; basis: string | null; sources: number; link: string }[]
  roles: (Sourced & { role: string | null; harm: string | null; review: string | null })[]
  risk: (Sourced & { as_recorded: string | null; harm: string | null; closed: string | boolean | null })[]
  counts: { says: string; links: number }[]
  said: { property: string; rows: Claim[] }[]
  groups: { id: string; sort: string | null; shown_as: string; state: string | null; as: string | null }[]
  clusters: { id: string; people: number; state: string }[]
  restricted: Restricted[]
}

export interface KindCount {
  says: string
  links: number
  not_shown: number
}

export interface Neighbours {
  id: string
  sentence: string
  counts: KindCount[]
  entities: Entity[]
  links: Link[]
  restricted: Restricted[]
}

export interface Neighbourhood {
  sentence: string
  not_found: string[]
  not_shown: { kind: EntityKind; entities: number }[]
  entities: (Entity & { hops: number; x?: number; y?: number })[]
  links: Link[]
  restricted: Restricted[]
}

export interface Way {
  hops: number
  entities: string[]
  weakest_source: string | null
  weakest_information: string | null
  links: (Link & { beside: number })[]
}

export interface Ways {
  a: string
  b: string
  sentence: string
  ways: Way[]
  entities: Entity[]
}

export interface Month {
  month: string
  claims: number
  events: number
}

export interface Timeline {
  sentence: string
  undated: { claims: number; events: number }
  before: { claims: number; events: number }
  rows: Month[]
}

/** Which claims count, as bodies of requests have it. */
export interface Counted {
  window_from: string | null
  window_to: string | null
  as_of: string | null
  known_on: string | null
  doubtful: boolean
}

export interface SavedChart {
  question: Counted
  entities: { id: string; x: number; y: number; pinned: boolean }[]
  hidden: string[]
  kinds_hidden: string[]
}

export interface ViewRow {
  id: string
  title: string
  entities: number
  made_at: string
  changed_at: string
}

export interface SavedView {
  id: string
  title: string
  made_at: string
  changed_at: string
  view: SavedChart
}

export interface CopyAsked extends Counted {
  form: 'graphml' | 'csv' | 'geojson' | 'html'
  purpose: string
  expires_in_days: number
  entities: string[]
}

type Signal = AbortSignal | undefined
const at = (id: string) => `/api/entities/${encodeURIComponent(id)}`

export const search = (said: { text: string; kinds: string[]; limit: number; names: boolean }) =>
  tell<SearchFound>('POST', '/api/search', said)
export const card = (id: string, asked: Question, signal?: Signal) => ask<Card>(at(id), { ...asked }, signal)
export const neighbours = (id: string, asked: Question & { kind?: string[]; limit: number }, signal?: Signal) =>
  ask<Neighbours>(`${at(id)}/neighbours`, { ...asked }, signal)
export const neighbourhood = (
  said: Counted & { entities: string[]; hops: number; kinds: string[]; limit: number; places: boolean; names: boolean },
) => tell<Neighbourhood>('POST', '/api/neighbourhood', said)
export const ways = (asked: Question & { a: string; b: string; max_hops: number; k: number; kind?: string[] }) =>
  ask<Ways>('/api/paths', { ...asked })
export const timeline = (said: Counted & { entities: string[] }) => tell<Timeline>('POST', '/api/timeline', said)

export const views = (signal?: Signal) => ask<{ sentence: string; rows: ViewRow[] }>('/api/views', {}, signal)
export const view = (id: string) => ask<SavedView>(`/api/views/${encodeURIComponent(id)}`)
export const saveView = (said: { title: string; view: SavedChart }) => tell<SavedView>('POST', '/api/views', said)
export const changeView = (id: string, said: { title: string; view: SavedChart }) =>
  tell<SavedView>('PUT', `/api/views/${encodeURIComponent(id)}`, said)
export const deleteView = (id: string) => tell<void>('DELETE', `/api/views/${encodeURIComponent(id)}`)

export const workCopy = (said: CopyAsked) => fetchFile('/api/exports', said)
