/** What stands on a chart, in words. */

import type { Counted, Entity, EntityKind, Link, Way } from '../api/exploring'
import type { Question } from '../api/forms'
import { span } from '../words/days'
import { called, capital, inWords, many } from '../words/terms'
import type { Known } from './chart'

export const KINDS: Record<EntityKind, { one: string; many: string; letter: string; shape: string }> = {
  Person: { one: 'person', many: 'people', letter: 'P', shape: 'ellipse' },
  Group: { one: 'group', many: 'groups', letter: 'G', shape: 'round-octagon' },
  Location: { one: 'place', many: 'places', letter: 'L', shape: 'round-rectangle' },
  Event: { one: 'event', many: 'events', letter: 'E', shape: 'diamond' },
  Object: { one: 'thing', many: 'things', letter: 'T', shape: 'hexagon' },
  Organisation: { one: 'organisation', many: 'organisations', letter: 'O', shape: 'pentagon' },
  Area: { one: 'area', many: 'areas', letter: 'A', shape: 'barrel' },
  Hotspot: { one: 'hotspot', many: 'hotspots', letter: 'H', shape: 'star' },
  Intervention: { one: 'order or measure', many: 'orders and measures', letter: 'I', shape: 'vee' },
  Meeting: { one: 'meeting', many: 'meetings', letter: 'M', shape: 'rhomboid' },
  Item: { one: 'item of an agenda', many: 'items of agendas', letter: 'N', shape: 'rhomboid' },
  Decision: { one: 'decision', many: 'decisions', letter: 'D', shape: 'tag' },
  Action: { one: 'action', many: 'actions', letter: 'C', shape: 'tag' },
}

/** Every link of the dictionary (`graph/model/kinds.toml`). */
export const LINK_KINDS = [
  'FRIEND_OF', 'ASSOCIATE_OF', 'FAMILY_OF', 'SEEN_WITH', 'FOUND_WITH', 'INVOLVED_IN', 'MEMBER_OF', 'EXPLOITED_BY',
  'POSES_RISK_TO', 'LIVES_AT', 'PLACED_AT', 'ATTENDS', 'EXCLUDED_FROM', 'FREQUENTS', 'HARMED_AT', 'SAFE_AT',
  'OCCURRED_AT', 'IN', 'OPERATES_IN', 'ORIGINATES_FROM', 'CONTROLS', 'USES', 'OFFERED', 'TARGETS', 'PROTECTS', 'SUBJECT_TO',
] // prettier-ignore

export function kindWord(kind: EntityKind): string {
  return KINDS[kind]?.one ?? inWords(kind)
}

/** What an entity is, more finely than its kind. */
export function sortWord(entity: Entity): string {
  const finer = [entity.sort, entity.category].filter((word) => word !== null).map(inWords)
  return finer.length ? finer.join(', ') : kindWord(entity.kind)
}

/** What an entity is called: initials, or what may be said of it, with letters that tell two apart. */
export function nameOf(entity: Entity | undefined, id: string): string {
  if (!entity) return `…${id.slice(-4)}`
  if (entity.kind === 'Person') return called(entity)
  return `${entity.shown_as || capital(sortWord(entity))} (${id.slice(-4)})`
}

export function ageWord(entity: Entity): string {
  if (entity.kind !== 'Person') return ''
  return entity.age === 'not known' || entity.age === null ? 'age not known: counts as a child' : entity.age
}

export function linkWord(link: Pick<Link, 'says' | 'capacity'>): string {
  return `${inWords(link.says)}${link.capacity ? ` (${inWords(link.capacity)})` : ''}`
}

/** `A.B. (…) friend of C.D. (…)`. */
export function linkSentence(link: Link, known: Known): string {
  return `${nameOf(known.get(link.a), link.a)} ${linkWord(link)} ${nameOf(known.get(link.b), link.b)}`
}

export function gradesOf(link: Link): string {
  if (!link.source_best && !link.information_best) return 'ungraded'
  const best = `${link.source_best ?? '–'}${link.information_best ?? '–'}`
  const worst = `${link.source_worst ?? '–'}${link.information_worst ?? '–'}`
  return best === worst ? best : `${best}, at worst ${worst}`
}

/** Why a link is drawn dashed; nothing where it is not. */
export function doubtOf(link: Link): string {
  const doubts = [
    link.disputed && 'disputed',
    link.drawn === 'derived' && 'derived from other links',
    link.source_best === '3' && 'source not reliable',
    (link.information_best === 'D' || link.information_best === 'E') && 'weak information',
  ]
  return doubts.filter(Boolean).join(', ')
}

export const whenOf = (link: Link): string => span(link.from, link.to)

const SOURCES: Record<string, string> = { '1': '1 (reliable)', '2': '2 (untested)', '3': '3 (not reliable)' }
const INFORMATION: Record<string, string> = {
  A: 'A (known directly)',
  B: 'B (known indirectly but corroborated)',
  C: 'C (known indirectly)',
  D: 'D (not known)',
  E: 'E (suspected to be false)',
}

/** The two weakest grades of a way, kept apart. */
export function weakest(way: Way): string {
  const source = way.weakest_source ? (SOURCES[way.weakest_source] ?? way.weakest_source) : 'some link is ungraded'
  const information = way.weakest_information
    ? (INFORMATION[way.weakest_information] ?? way.weakest_information)
    : 'some link is ungraded'
  return `Weakest source: ${source}. Weakest information: ${information}.`
}

/** Several kinds with their numbers: `3 people, 1 place`. */
export function countsOf(entities: readonly Entity[]): string {
  const counts = new Map<EntityKind, number>()
  for (const { kind } of entities) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => many(count, kindWord(kind), KINDS[kind]?.many)).join(', ')
}

/** What counts, as the address and as requests have it. */
export function asQuestion(counted: Counted, names: boolean): Question {
  return {
    window_from: counted.window_from ?? '',
    window_to: counted.window_to ?? '',
    as_of: counted.as_of ?? '',
    known_on: counted.known_on ?? '',
    doubtful: counted.doubtful ? 'true' : '',
    names: names ? 'true' : '',
  }
}

export function asCounted(question: Question): Counted {
  return {
    window_from: question.window_from || null,
    window_to: question.window_to || null,
    as_of: question.as_of || null,
    known_on: question.known_on || null,
    doubtful: question.doubtful === 'true',
  }
}

export const sameCounted = (one: Counted, other: Counted): boolean =>
  one.window_from === other.window_from &&
  one.window_to === other.window_to &&
  one.as_of === other.as_of &&
  one.known_on === other.known_on &&
  one.doubtful === other.doubtful
