/** Where things stand on a chart. */

import type { Point } from './chart'

/** Pixels of the chart for 1 of the service, the least distance between two. */
export const SPACING = 120

/** How far an arrow key moves something. */
export const STEP = 25

export type Direction = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown'

const VECTORS: Record<Direction, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}

export function isDirection(key: string): key is Direction {
  return key in VECTORS
}

export function stepped(from: Point, direction: Direction): Point {
  const by = VECTORS[direction]
  return { x: from.x + by.x * STEP, y: from.y + by.y * STEP }
}

/** The one that lies most in a direction, and near; none where nothing does. */
export function towards<T extends Point>(from: Point, all: readonly T[], direction: Direction): T | null {
  const by = VECTORS[direction]
  let best: T | null = null
  let most = -Infinity
  for (const one of all) {
    const [dx, dy] = [one.x - from.x, one.y - from.y]
    const far = Math.hypot(dx, dy)
    if (!far) continue
    const cosine = (dx * by.x + dy * by.y) / far
    const score = cosine - far / 5_000
    if (cosine > 0.2 && score > most) [best, most] = [one, score]
  }
  return best
}

export function centre(points: readonly Point[]): Point {
  if (!points.length) return { x: 0, y: 0 }
  const sum = points.reduce((all, one) => ({ x: all.x + one.x, y: all.y + one.y }), { x: 0, y: 0 })
  return { x: sum.x / points.length, y: sum.y / points.length }
}

/** Places that are taken, found again by the square they lie in. */
class Taken {
  #squares = new Map<string, Point[]>()

  constructor(points: readonly Point[]) {
    for (const point of points) this.add(point)
  }

  add(point: Point): void {
    const key = this.#key(Math.floor(point.x / SPACING), Math.floor(point.y / SPACING))
    const held = this.#squares.get(key)
    if (held) held.push(point)
    else this.#squares.set(key, [point])
  }

  isFree(at: Point): boolean {
    const [column, row] = [Math.floor(at.x / SPACING), Math.floor(at.y / SPACING)]
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        const held = this.#squares.get(this.#key(column + dx, row + dy)) ?? []
        if (held.some((one) => Math.hypot(one.x - at.x, one.y - at.y) < SPACING * 0.85)) return false
      }
    }
    return true
  }

  #key(column: number, row: number): string {
    return `${column} ${row}`
  }
}

/** Free places around a point, ring by ring, from the side that looks away from the middle of what is there. */
export function around(anchor: Point, count: number, there: readonly Point[]): Point[] {
  const taken = new Taken(there)
  const middle = centre(there)
  const away = Math.atan2(anchor.y - middle.y, anchor.x - middle.x)
  const places: Point[] = []
  for (let ring = 1; places.length < count; ring += 1) {
    const slots = Math.floor(2 * Math.PI * (ring + 0.4))
    for (let n = 0; n < slots && places.length < count; n += 1) {
      // One to the left, one to the right of the way out, and so on.
      const turn = (Math.ceil(n / 2) * (n % 2 ? 1 : -1) * 2 * Math.PI) / slots
      const radius = SPACING * (ring + 0.4)
      const place = { x: anchor.x + radius * Math.cos(away + turn), y: anchor.y + radius * Math.sin(away + turn) }
      if (!taken.isFree(place)) continue
      taken.add(place)
      places.push(place)
    }
  }
  return places
}

/** Places of the service in pixels, about a middle. Where something pinned stands in the way, beside it. */
export function laidOut(
  given: readonly (Partial<Point> & { id: string })[],
  middle: Point,
  pinned: readonly (Point & { id: string })[],
): Map<string, Point> {
  const raw = given.map(({ id, x = 0, y = 0 }) => ({ id, x: x * SPACING, y: y * SPACING }))
  const from = centre(raw)
  const kept = new Set(pinned.map((one) => one.id))
  const free = new Taken(pinned)
  const where = new Map<string, Point>()
  for (const { id, x, y } of raw) {
    const at = { x: x - from.x + middle.x, y: y - from.y + middle.y }
    if (kept.has(id)) continue
    const place = !pinned.length || free.isFree(at) ? at : (around(at, 1, pinned)[0] ?? at)
    where.set(id, place)
  }
  return where
}
