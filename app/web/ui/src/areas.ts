/** Areas of a cross-border answer: their names, and who stands in both of a pair. */

import type { CrossBorder, Matrix, Pair, PersonAcross } from './api/forms'

export const AREA_KINDS: Record<string, string> = {
  lad: 'Local authorities',
  force: 'Police forces',
  ward: 'Wards',
  msoa: 'Middle-layer areas (MSOA)',
  lsoa: 'Lower-layer areas (LSOA)',
  custom: 'Areas of your own',
}

/** Names of areas as far as the answer has them; a code stands for itself. */
export function areaNames(found: CrossBorder): Map<string, string> {
  const names = new Map<string, string>()
  for (const pair of found.rows) {
    if (pair.name_a) names.set(pair.area_a, pair.name_a)
    if (pair.name_b) names.set(pair.area_b, pair.name_b)
  }
  for (const [n, code] of found.incidents.occurred_in.entries()) {
    const name = found.incidents.names[n]
    if (name) names.set(code, name)
  }
  return names
}

export function peopleOfPair(found: CrossBorder, pair: Pair): PersonAcross[] {
  return found.people.filter((person) => {
    const areas = new Set([...person.home, ...person.seen, ...person.responsible])
    return areas.has(pair.area_a) && areas.has(pair.area_b)
  })
}

/** A matrix without the rows and columns that hold nothing. */
export function filled(matrix: Matrix): { rows: number[]; columns: number[] } {
  const all = matrix.areas.map((_, n) => n)
  return {
    rows: all.filter((row) => matrix.counts[row]?.some((count) => count > 0)),
    columns: all.filter((column) => matrix.counts.some((row) => (row[column] ?? 0) > 0)),
  }
}
