/** What the map is asked for, as its address keeps it. */

import type { Question } from '../api/forms'
import type { ThemeAsked } from '../api/map_forms'
import { questionOf } from '../question'
import type { LayerName } from './view'

export interface MapAsked {
  question: Question
  sorts: readonly string[]
  categories: readonly string[]
  areas: readonly string[]
  /** The selection that Explore has, too. */
  entities: readonly string[]
  /** Layers that are shown. */
  layers: readonly LayerName[]
}

export const AT_FIRST: readonly LayerName[] = ['areas', 'hotspots', 'concern', 'places']
const SHARED = ['window_from', 'window_to', 'as_of', 'known_on', 'doubtful'] as const
const MOST_ENTITIES = 2_000

/** Read the part of the address after #. */
export function readAsked(hash: string): MapAsked {
  const held = new URLSearchParams(hash.split('?').slice(1).join('?'))
  const several = (name: string) => [...new Set(held.getAll(name).filter(Boolean))]
  const named = held.get('layers')
  const all: readonly LayerName[] = ['areas', 'hotspots', 'flows', 'concern', 'places']
  return {
    question: questionOf(Object.fromEntries(SHARED.map((name) => [name, held.get(name) ?? '']))),
    sorts: several('sort'),
    categories: several('category'),
    areas: several('area'),
    entities: several('entity').slice(0, MOST_ENTITIES),
    layers: named === null ? AT_FIRST : all.filter((layer) => named.split(',').includes(layer)),
  }
}

/** The address of a map, or of another page with the same selection and claims. */
export function addressOf(asked: MapAsked): string {
  const held = shared(asked)
  for (const [name, values] of [
    ['sort', asked.sorts],
    ['category', asked.categories],
    ['area', asked.areas],
  ] as const) {
    for (const value of values) held.append(name, value)
  }
  if (asked.layers.join() !== AT_FIRST.join()) held.set('layers', asked.layers.join() || 'none')
  return `#/map${held.size ? `?${held}` : ''}`
}

export function exploreAddress(asked: MapAsked, entities: readonly string[] = asked.entities): string {
  const held = shared({ ...asked, entities })
  return `#/explore${held.size ? `?${held}` : ''}`
}

function shared(asked: MapAsked): URLSearchParams {
  const held = new URLSearchParams()
  for (const id of asked.entities) held.append('entity', id)
  for (const name of SHARED) {
    const value = asked.question[name]
    if (value) held.set(name, value)
  }
  return held
}

export function themeAsked(asked: MapAsked): ThemeAsked {
  return { ...asked.question, sort: asked.sorts, category: asked.categories, area: asked.areas }
}
