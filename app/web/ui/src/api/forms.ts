/** Forms of the answers, as the service's OpenAPI document and docs/schemas describe them. */

export type Act =
  | 'accounts'
  | 'approve'
  | 'areas'
  | 'audit'
  | 'brief'
  | 'clusters'
  | 'cross_border'
  | 'explore'
  | 'export'
  | 'groups'
  | 'hotspots'
  | 'import'
  | 'match'
  | 'names'
  | 'products'
  | 'receive'
  | 'redraw'
  | 'search'
  | 'why'

export type PurposeKind = 'law_enforcement' | 'safeguarding'

export interface Me {
  name: string
  agency: string
  roles: string[]
  areas: string[]
  may: string[]
  must_change_password: boolean
  signed_in: string
  recent: boolean
  purpose: string
  purpose_kind: PurposeKind
  reference: string
  csrf: string
  /** Seconds without a request that the session lasts at least. */
  idle_s: number
  /** Seconds after which it ends in any case, and how many of them are left. */
  absolute_s: number
  left_s: number
}

/** What is told to whoever is not signed in. */
export interface Health {
  state: 'up'
  marking: string
}

export interface Person {
  id: string
  shown_as: string
}

/** Which claims an answer rests on; a field that is left out asks for nothing. */
export interface Question {
  window_from?: string
  window_to?: string
  as_of?: string
  known_on?: string
  doubtful?: string
  names?: string
}

export interface Parameters {
  window: [string, string] | null
  as_of: string | null
  known_on: string | null
  doubtful_claims: boolean
}

export interface Cluster {
  id: string
  people: number
  children_or_age_unknown: number
  ties: number
  undated_ties: number
  copresence_ties: number
  density: number
  stability: number
  members: Person[]
  restricted: { person: string; contact: string; reference: string }[]
}

export interface Clusters {
  data_version: string
  sentence: string
  caveat: string
  parameters: Parameters & {
    on_day: string
    half_life_days: number
    resolution_asked: number | null
    resolution: number | null
    seeds: number[]
  }
  left_out: { unstable: number; as_by_chance: number }
  notes: string[]
  rows: Cluster[]
}

export interface Tie {
  a: string
  b: string
  says: string
  sources: number
  claims: number
  last_confirmed: string | null
}

/** One link that somebody stated between two people. */
export interface Stated {
  link: string
  says: string
  from: string | null
  to: string | null
  last_confirmed: string | null
  claims: number
  disputed: boolean
  agencies: string[]
}

/** All that ties two people. */
export interface PairTied {
  a: Person
  b: Person
  sentence: string
  stated: Stated[]
  events: number
  claims: number
  agencies: string[]
  last_confirmed: string | null
  disputed: boolean
}

export interface TiesFound {
  sentence: string
  caveat: string
  parameters: Parameters
  once_together: number
  rows: PairTied[]
}

export interface Restricted {
  entity: string
  contact: string
  reference: string
}

export interface Group {
  id: string
  name: string | null
  state: 'confirmed' | 'dissolved'
  people: number
  children_or_age_unknown: number
  purpose: string
  reference: string | null
  agency: string
  by: string
  confirmed: string
  review: string
  overdue: boolean
  members: Person[]
  ties: Tie[]
  history: { day: string; act: 'confirmed' | 'changed' | 'dissolved'; by: string; reason: string }[]
  restricted: Restricted[]
}

export interface Groups {
  sentence: string
  caveat: string
  on_day: string
  rows: Group[]
}

export interface GroupDone {
  group: string
  members: number
  review: string
}

export interface Claim {
  claim: string
  predicate: string
  capacity: string | null
  subject: string
  object: string | null
  value: string | null
  nature: string
  grade: string | null
  basis: string | null
  status: string
  agency: string
  controller: string
  reference: string | null
  from: string | null
  to: string | null
  precision: string | null
  reported: string | null
  recorded: string
  handling: string
}

export interface Why {
  id: string
  about: string
  claims: number
  agencies: number
  restricted: Restricted[]
  rows: Claim[]
}

export interface BriefingAsked {
  subject: string
  purpose: string
  recipients: string[]
  reference: string
  names: boolean
  issue: string
  forms: ('docx' | 'pdf' | 'html')[]
}

export interface SentFile {
  name: string
  media_type: string
  base64: string
}

export interface BriefingMade {
  product: string
  state: string
  title: string
  recipients: string[]
  expires: string
  left_out: { people: number; ties: number }
  unknown_recipients: string[]
  files: SentFile[]
}

export interface Product {
  id: string
  kind: string
  title: string
  purpose: string
  recipients: string[]
  maker: string
  made: string
  on_day: string
  expires: string
  expired: boolean
  state: 'draft' | 'approved' | 'written'
  approver: string | null
  approved: string | null
}

export interface Products {
  sentence: string
  rows: Product[]
}

export interface Pair {
  id: string
  area_a: string
  name_a: string
  area_b: string
  name_b: string
  people: number
  ties: number
}

export interface PersonAcross extends Person {
  home: string[]
  seen: string[]
  responsible: string[]
}

export interface Matrix {
  areas: string[]
  counts: number[][]
  flows: { from: string; to: string; count: number }[]
}

export interface Incidents {
  reported_by: string[]
  occurred_in: string[]
  names: string[]
  counts: number[][]
  over_force_borders: { sentence: string; flows: { from: string; to: string; incidents: number }[] }
}

export interface CrossBorder {
  sentence: string
  caveat: string
  parameters: Parameters & { kind: string }
  rows: Pair[]
  people: PersonAcross[]
  home_by_seen: Matrix
  home_by_responsible: Matrix
  ties_by_home: Matrix
  incidents: Incidents
}

export interface SharedThing {
  id: string
  label: string
  kind: 'Location' | 'Organisation' | 'Group' | 'Object'
  sort: string | null
  people_a: number
  people_b: number
  says: string[]
  last_confirmed: string | null
}

export interface SharedThings {
  sentence: string
  caveat: string
  areas: { code: string; name: string }[]
  rows: SharedThing[]
  restricted: Restricted[]
}

export interface Totals {
  rows: number
  accepted: number
  rejected: number
  duplicate: number
  set_aside: number
}

export interface Rejection {
  file: string
  row: number
  column: string
  rule: string
}

export interface ImportReport {
  mapping: { name: string; version: number }
  dry_run: boolean
  totals: Totals
  changed: number
  files: { file: string; totals: Totals; changed: number }[]
  rejections: Rejection[]
  rejections_left_out: number
  set_aside: Record<string, number>
  warnings: { file: string; warning: string }[]
}

export interface ImportDraft {
  id: string
  mapping: string
  encoding: string | null
  state: 'open' | 'checked' | 'loaded'
  files: { name: string; bytes: number }[]
  report: ImportReport | null
}

export interface Job {
  id: string
  what: string
  state: 'waiting' | 'running' | 'done' | 'failed'
  sentence: string
  result: string
  problem: ProblemBody | null
}

export interface Method {
  name: string
  title: string
  text: string
}

export interface ProblemBody {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  fields?: { field: string; rule: string }[]
}

export interface Rows<T> {
  rows: T[]
}
