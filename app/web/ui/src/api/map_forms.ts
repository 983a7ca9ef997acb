/** Forms of the answers that the map draws. */

import type { Parameters, Question, Restricted } from './forms'

export interface Geometry {
  type: string
  coordinates: unknown
}

interface Features<P> {
  sentence: string
  features: { geometry: Geometry; properties: P }[]
}

export type Areas = Features<{ code: string; name: string; kind: string; vintage: string }>

export interface HotCell {
  cell: string
  count: number
  places: number
  window_cells: number
  window_count: number
  z: number
  p_raw: number
  p_corrected: number
  cluster: number
}

export interface HotCells extends Features<HotCell> {
  marking: string
  theme: string
  period: string
  study: string
  limits: string
  method: string
  n: number
  excluded_without_position: number
  /** These are there only where the test could be made. */
  parameters?: { cell_size_m: number; q: number; min_events: number; study: string; crs: string }
  n_cells?: number
  n_hot?: number
  excluded_outside_study?: number
}

export interface ThemeAsked extends Question {
  sort: readonly string[]
  category: readonly string[]
  area: readonly string[]
}

export interface Themes {
  sentence: string
  events: number
  undated: number
  without_position: number
  months: { month: string; events: number }[]
  sorts: { sort: string; events: number; counted: boolean }[]
  categories: { sort: string; category: string; events: number }[]
  areas: { code: string; name: string; kind: string; events: number }[]
}

export interface ConcernPlace {
  id: string
  label: string
  sort: string | null
  declared: boolean
  concern: string | null
  lon: number | null
  lat: number | null
  areas: { code: string; name: string; kind: string }[]
  children: number
  people: number
  harmed: number
  events: number
  agencies: string[]
  first_day: string | null
  last_day: string | null
  last_confirmed: string | null
  by_weekday: number[]
  by_hour: number[]
  undated: number
  without_hour: number
  disputed: boolean
}

export interface Concern {
  sentence: string
  caveat: string
  on_day: string
  parameters: Parameters
  not_shown: number
  rows: ConcernPlace[]
  restricted: Restricted[]
}

export interface FlowEnd {
  code: string
  name: string
  lon: number | null
  lat: number | null
}

export interface Flow {
  from: FlowEnd
  to: FlowEnd
  people: number
  incidents: number
  pair: string | null
}

export interface Flows {
  sentence: string
  caveat: string
  rows: Flow[]
}

export interface Placed {
  id: string
  label: string
  kind: 'Location' | 'Event' | 'Organisation'
  sort: string | null
  lon: number | null
  lat: number | null
  of: string[]
}

export interface Places {
  sentence: string
  on_day: string
  not_found: string[]
  not_placed: { entities: number; private: number; without_position: number }
  not_shown: number
  rows: Placed[]
}
