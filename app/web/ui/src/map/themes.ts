/** Which events are tested, as boxes to tick. */

import type { Themes } from '../api/map_forms'
import type { MapAsked } from './asked'
import { sortName } from './words'

/** Sorts that are tested: those asked for, or those that count as incidents. */
export function sortsTested(asked: MapAsked, themes: Themes): string[] {
  const counted = themes.sorts.filter((one) => one.counted).map((one) => one.sort)
  return asked.sorts.length ? [...asked.sorts] : counted
}

export function withSort(asked: MapAsked, themes: Themes, sort: string, on: boolean): MapAsked {
  const before = sortsTested(asked, themes)
  const after = on ? [...before, sort] : before.filter((one) => one !== sort)
  const counted = themes.sorts.filter((one) => one.counted).map((one) => one.sort)
  const usual = after.length === counted.length && counted.every((one) => after.includes(one))
  const kept = new Set(themes.categories.filter((one) => after.includes(one.sort)).map((one) => one.category))
  // Without a sort nothing could be tested: the usual ones are asked for again.
  return { ...asked, sorts: usual ? [] : after, categories: asked.categories.filter((one) => kept.has(one)) }
}

export function withOne(values: readonly string[], value: string, on: boolean): string[] {
  return on ? [...values.filter((one) => one !== value), value] : values.filter((one) => one !== value)
}

/** Categories of the sorts that are tested, each once, most events first. */
export function categoriesOffered(asked: MapAsked, themes: Themes): { category: string; events: number }[] {
  const sorts = sortsTested(asked, themes)
  const held = new Map<string, number>()
  for (const one of themes.categories) {
    if (one.category && sorts.includes(one.sort)) held.set(one.category, (held.get(one.category) ?? 0) + one.events)
  }
  return [...held].map(([category, events]) => ({ category, events })).sort((a, b) => b.events - a.events)
}

/** The theme in a few words. */
export function themeInWords(asked: MapAsked, themes: Themes): string {
  if (asked.categories.length) return asked.categories.join(', ')
  return sortsTested(asked, themes).map(sortName).join(' and ') || 'no events on record'
}
