/** The rows of each layer, as a table has them: everything that can be seen on the map, without it. */

import type { Areas, Concern, Flows, HotCells, Places } from '../api/map_forms'
import { inDays } from '../words/days'
import { inWords } from '../words/terms'
import * as shapes from './shapes'
import { keyOf, type LayerName, type Patch } from './view'
import { corner, inChances } from './words'

export interface Row {
  key: string
  /** What the row is of: the words of its button. */
  name: string
  cells: (string | number)[]
}

export interface Table {
  layer: LayerName
  title: string
  /** Titles of the columns; the first is that of the names. */
  columns: string[]
  rows: Row[]
  /** What it means when there is no row. */
  empty: string
}

export function hotTable(found: HotCells | null, areas: readonly Patch[]): Table {
  const find = shapes.areaFinder(areas)
  return {
    layer: 'hotspots',
    title: 'Hot cells',
    columns: ['Cell', 'In', 'South-west corner', 'Events in it', 'At how many points', 'With cells around', 'By chance'],
    rows: shapes.hotCellsInOrder(found).map((feature, n) => {
      const cell = feature.properties
      return {
        key: keyOf('hotspots', cell.cell),
        name: `Cell ${n + 1}`,
        cells: [
          find(shapes.middleOfCell(feature)) || '–',
          corner(cell.cell),
          cell.count,
          cell.places,
          cell.window_count,
          inChances(cell.p_corrected),
        ],
      }
    }),
    empty: 'No cell stands out.',
  }
}

export function concernTable(found: Concern | null): Table {
  return {
    layer: 'concern',
    title: 'Locations of concern',
    columns: ['Location', 'Sort', 'Concern', 'Young people', 'People', 'Events', 'Agencies', 'Last'],
    rows: (found?.rows ?? []).map((place) => ({
      key: keyOf('concern', place.id),
      name: shapes.concernName(place),
      cells: [
        inWords(place.sort ?? '') || '–',
        place.concern ?? '–',
        place.children,
        place.people,
        place.events,
        place.agencies.length,
        inDays(place.last_day) || 'not known',
      ],
    })),
    empty: 'No location of concern is on record, in what counts and what you may see.',
  }
}

export function flowTable(found: Flows | null): Table {
  return {
    layer: 'flows',
    title: 'Flows between authorities',
    columns: ['From home to where seen', 'People', 'Incidents'],
    rows: (found?.rows ?? []).map((flow) => ({
      key: keyOf('flows', shapes.flowId(flow)),
      name: shapes.flowName(flow),
      cells: [flow.people, flow.incidents],
    })),
    empty: 'Nobody was seen outside the area where they live, in what counts and what you may see.',
  }
}

export function placeTable(found: Places | null): Table {
  return {
    layer: 'places',
    title: 'Places of the selection',
    columns: ['Place', 'What it is', 'Of how many selected'],
    rows: (found?.rows ?? []).map((place) => ({
      key: keyOf('places', place.id),
      name: shapes.placedName(place),
      cells: [[place.kind, place.sort].filter(Boolean).map((word) => inWords(word ?? '')).join(': '), place.of.length],
    })),
    empty: 'None of the selection has a place that may be shown.',
  }
}

export function areaTable(found: Areas | null, hot: HotCells | null, areas: readonly Patch[]): Table {
  const find = shapes.areaFinder(areas)
  const held = new Map<string, number>()
  for (const feature of hot?.features ?? []) {
    const name = find(shapes.middleOfCell(feature))
    held.set(name, (held.get(name) ?? 0) + 1)
  }
  const rows = (found?.features ?? []).map(({ properties: area }) => ({
    key: keyOf('areas', area.code),
    name: area.name || area.code,
    cells: [area.code, area.vintage, held.get(area.name || area.code) ?? 0],
  }))
  rows.sort((a, b) => Number(b.cells[2]) - Number(a.cells[2]) || a.name.localeCompare(b.name, 'en-GB'))
  return {
    layer: 'areas',
    title: 'Areas',
    columns: ['Area', 'Code', 'As of', 'Hot cells'],
    rows,
    empty: 'No areas are loaded.',
  }
}
