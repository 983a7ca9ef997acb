/** Answers as shapes of the picture. */

import type { Areas, Concern, ConcernPlace, Flow, Flows, HotCells, Placed, Places } from '../api/map_forms'
import { capital, inWords, many } from '../words/terms'
import { boundsOf, holds, middleOf, polygonsOf } from './ground'
import { type Bounds, keyOf, type LonLat, type Patch, type Shape } from './view'

export function areaShapes(found: Areas | null): Patch[] {
  return (found?.features ?? []).map(({ geometry, properties }) => ({
    form: 'patch',
    key: keyOf('areas', properties.code),
    label: properties.name || properties.code,
    polygons: polygonsOf(geometry),
    written: true,
  }))
}

/** Hot cells, the hottest first, as the tables number them. */
export function hotCellsInOrder(found: HotCells | null): HotCells['features'] {
  const cells = [...(found?.features ?? [])]
  return cells.sort((a, b) => b.properties.z - a.properties.z || (a.properties.cell < b.properties.cell ? -1 : 1))
}

export function hotShapes(found: HotCells | null): Patch[] {
  return hotCellsInOrder(found).map(({ geometry, properties: cell }, n) => ({
    form: 'patch',
    key: keyOf('hotspots', cell.cell),
    label: `Cell ${n + 1}: ${many(cell.window_count, 'event')} in it and around it`,
    polygons: polygonsOf(geometry),
  }))
}

export function concernShapes(found: Concern | null): Shape[] {
  return (found?.rows ?? []).flatMap((place) => {
    const at = placedAt(place)
    const label = `${concernName(place)}: ${many(place.children, 'young person', 'young people')}`
    return at ? [{ form: 'dot' as const, key: keyOf('concern', place.id), label, at, hollow: !place.children }] : []
  })
}

export function placeShapes(found: Places | null): Shape[] {
  return (found?.rows ?? []).flatMap((place) => {
    const at = placedAt(place)
    const label = `${placedName(place)}, of ${many(place.of.length, 'selected entity', 'selected entities')}`
    return at ? [{ form: 'dot' as const, key: keyOf('places', place.id), label, at }] : []
  })
}

const WIDEST_PX = 10

export function flowShapes(found: Flows | null): Shape[] {
  const most = Math.max(1, ...(found?.rows ?? []).map((flow) => flow.people))
  return (found?.rows ?? []).flatMap((flow) => {
    const [from, to] = [placedAt(flow.from), placedAt(flow.to)]
    if (!from || !to) return []
    const width = 1.5 + (WIDEST_PX - 1.5) * (flow.people / most)
    const label = `${flowName(flow)}: ${many(flow.people, 'person', 'people')}`
    return [{ form: 'arc' as const, key: keyOf('flows', flowId(flow)), label, from, to, width, pointed: true }]
  })
}

export const flowId = (flow: Flow): string => `${flow.from.code}>${flow.to.code}`

const endName = (end: Flow['from']): string => end.name || (end.code === 'unknown' ? 'not known' : end.code)

export const flowName = (flow: Flow): string => `${endName(flow.from)} to ${endName(flow.to)}`

/** What may not be named is called by its sort and the end of its id. */
export function concernName(place: ConcernPlace): string {
  return place.label || `${capital(inWords(place.sort || 'place'))} …${place.id.slice(-4)}`
}

export function placedName(place: Placed): string {
  return place.label || `${capital(inWords(place.sort || place.kind))} …${place.id.slice(-4)}`
}

function placedAt({ lon, lat }: { lon: number | null; lat: number | null }): LonLat | null {
  return lon === null || lat === null ? null : [lon, lat]
}

/** Tells the name of the area that a point lies in; empty for none that is drawn. */
export function areaFinder(areas: readonly Patch[]): (point: LonLat) => string {
  const boxed = areas.map((area) => ({ area, box: boundsOf([area]) ?? ([0, 0, 0, 0] as Bounds) }))
  return (point) => {
    const [x, y] = point
    const near = boxed.filter(({ box }) => box[0] <= x && x <= box[2] && box[1] <= y && y <= box[3])
    return near.find(({ area }) => holds(area.polygons, point))?.area.label ?? ''
  }
}

export function middleOfCell(feature: HotCells['features'][number]): LonLat {
  return middleOf(polygonsOf(feature.geometry))
}
