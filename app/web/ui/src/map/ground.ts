/** Geometry of GeoJSON, as far as a picture and a table need it. */

import type { Geometry } from '../api/map_forms'
import type { Bounds, LonLat, Shape } from './view'

type Polygons = readonly (readonly (readonly LonLat[])[])[]

export function polygonsOf(geometry: Geometry): Polygons {
  if (geometry.type === 'Polygon') return [geometry.coordinates as readonly (readonly LonLat[])[]]
  if (geometry.type === 'MultiPolygon') return geometry.coordinates as Polygons
  return []
}

function pointsOf(shape: Shape): readonly LonLat[] {
  if (shape.form === 'dot') return [shape.at]
  if (shape.form === 'arc') return [shape.from, shape.to]
  return shape.polygons.flatMap((rings) => rings[0] ?? [])
}

/** The least that holds all of them; null for nothing. */
export function boundsOf(shapes: readonly Shape[]): Bounds | null {
  let held: [number, number, number, number] | null = null
  for (const shape of shapes) {
    for (const [x, y] of pointsOf(shape)) {
      held = held
        ? [Math.min(held[0], x), Math.min(held[1], y), Math.max(held[2], x), Math.max(held[3], y)]
        : [x, y, x, y]
    }
  }
  return held
}

/** The middle of the box round the largest part: where a name is written. */
export function middleOf(polygons: Polygons): LonLat {
  const boxes = polygons.map((rings) => boxOf(rings[0] ?? []))
  const [west, south, east, north] = boxes.reduce((most, box) => (sizeOf(box) > sizeOf(most) ? box : most), [0, 0, 0, 0])
  return [(west + east) / 2, (south + north) / 2]
}

function boxOf(ring: readonly LonLat[]): Bounds {
  const xs = ring.map(([x]) => x)
  const ys = ring.map(([, y]) => y)
  return ring.length ? [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] : [0, 0, 0, 0]
}

const sizeOf = ([west, south, east, north]: Bounds): number => (east - west) * (north - south)

/** Whether a point lies inside, holes left out. */
export function holds(polygons: Polygons, point: LonLat): boolean {
  return polygons.some((rings) => rings.filter((ring) => inside(ring, point)).length % 2 === 1)
}

function inside(ring: readonly LonLat[], [x, y]: LonLat): boolean {
  let within = false
  for (let n = 0, m = ring.length - 1; n < ring.length; m = n++) {
    const [ax = 0, ay = 0] = ring[n] ?? []
    const [bx = 0, by = 0] = ring[m] ?? []
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within
  }
  return within
}

/** A bow from one place to the other, so that two ways between the same places do not lie on each other. */
export function bow(from: LonLat, to: LonLat, steps = 24): LonLat[] {
  const [ax, ay] = from
  const [bx, by] = to
  // A degree of longitude is shorter than one of latitude.
  const narrow = Math.cos((((ay + by) / 2) * Math.PI) / 180)
  const over: LonLat = [
    (ax + bx) / 2 - ((by - ay) / narrow) * 0.2,
    (ay + by) / 2 + (bx - ax) * narrow * 0.2,
  ]
  return Array.from({ length: steps + 1 }, (_, n) => {
    const t = n / steps
    const [p, q, r] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2]
    return [p * ax + q * over[0] + r * bx, p * ay + q * over[1] + r * by] as const
  })
}
