/** What stands on a chart, and every act upon it: each gives a new chart, and the old one stays for undoing. */

import type { Counted, Entity, Link, SavedChart } from '../api/exploring'

/** Most entities of one chart: as many as one answer has. */
export const MOST = 2_000

export interface Point {
  x: number
  y: number
}

export interface Mark extends Point {
  id: string
  pinned: boolean
  hidden: boolean
}

export interface Chart {
  marks: ReadonlyMap<string, Mark>
  links: readonly Link[]
  /** Kinds of link that are not drawn. */
  kindsHidden: readonly string[]
  counted: Counted
}

export type Known = ReadonlyMap<string, Entity>

export const EVERYTHING: Counted = { window_from: null, window_to: null, as_of: null, known_on: null, doubtful: false }
export const EMPTY: Chart = { marks: new Map(), links: [], kindsHidden: [], counted: EVERYTHING }

export function withMarks(chart: Chart, added: readonly (Point & { id: string })[], links: readonly Link[]): Chart {
  const marks = new Map(chart.marks)
  for (const { id, x, y } of added) if (!marks.has(id)) marks.set(id, { id, x, y, pinned: false, hidden: false })
  return { ...chart, marks, links }
}

export function relinked(chart: Chart, links: readonly Link[], counted: Counted): Chart {
  return { ...chart, links, counted }
}

export function changed(chart: Chart, ids: readonly string[], change: Partial<Omit<Mark, 'id'>>): Chart {
  const marks = new Map(chart.marks)
  for (const id of ids) {
    const mark = marks.get(id)
    if (mark) marks.set(id, { ...mark, ...change })
  }
  return { ...chart, marks }
}

export function without(chart: Chart, ids: readonly string[]): Chart {
  const gone = new Set(ids)
  const marks = new Map([...chart.marks].filter(([id]) => !gone.has(id)))
  return { ...chart, marks, links: chart.links.filter((link) => !gone.has(link.a) && !gone.has(link.b)) }
}

/** Every mark where it is said to stand, but for what is pinned. */
export function placed(chart: Chart, where: ReadonlyMap<string, Point>): Chart {
  const marks = new Map<string, Mark>()
  for (const [id, mark] of chart.marks) {
    const to = mark.pinned ? undefined : where.get(id)
    marks.set(id, to ? { ...mark, x: to.x, y: to.y } : mark)
  }
  return { ...chart, marks }
}

export function withKinds(chart: Chart, kindsHidden: readonly string[]): Chart {
  return { ...chart, kindsHidden }
}

export function shownMarks(chart: Chart): Mark[] {
  return [...chart.marks.values()].filter((mark) => !mark.hidden)
}

/** Links whose two ends are shown and whose kind is not switched off. */
export function shownLinks(chart: Chart): Link[] {
  const off = new Set(chart.kindsHidden)
  const seen = (id: string) => chart.marks.get(id)?.hidden === false
  return chart.links.filter((link) => !off.has(link.says) && seen(link.a) && seen(link.b))
}

export interface KindOnChart {
  says: string
  links: number
  shown: boolean
}

export function kindsOf(chart: Chart): KindOnChart[] {
  const counts = new Map<string, number>()
  for (const link of chart.links) counts.set(link.says, (counts.get(link.says) ?? 0) + 1)
  for (const says of chart.kindsHidden) if (!counts.has(says)) counts.set(says, 0)
  const off = new Set(chart.kindsHidden)
  return [...counts]
    .map(([says, links]) => ({ says, links, shown: !off.has(says) }))
    .sort((one, other) => other.links - one.links || one.says.localeCompare(other.says))
}

/** How many links of each entity are drawn. */
export function degrees(links: readonly Link[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { a, b } of links) {
    counts.set(a, (counts.get(a) ?? 0) + 1)
    if (b !== a) counts.set(b, (counts.get(b) ?? 0) + 1)
  }
  return counts
}

export const otherEnd = (link: Link, id: string): string => (link.a === id ? link.b : link.a)

/** The chart as it is saved: ids and places, nothing of what anybody is called. */
export function asSaved(chart: Chart): SavedChart {
  const marks = [...chart.marks.values()]
  return {
    question: chart.counted,
    entities: marks.map(({ id, x, y, pinned }) => ({ id, x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10, pinned })),
    hidden: marks.filter((mark) => mark.hidden).map((mark) => mark.id),
    kinds_hidden: [...chart.kindsHidden],
  }
}

/** A saved chart with what is still found of it. */
export function fromSaved(saved: SavedChart, links: readonly Link[], found: ReadonlySet<string>): Chart {
  const hidden = new Set(saved.hidden)
  const marks = new Map<string, Mark>()
  for (const { id, x, y, pinned } of saved.entities) {
    if (found.has(id)) marks.set(id, { id, x, y, pinned, hidden: hidden.has(id) })
  }
  return { marks, links, kindsHidden: saved.kinds_hidden, counted: saved.question }
}
