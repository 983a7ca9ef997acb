/** Marks on the canvas that are told apart by shape and pattern, not by colour alone. */

import * as L from 'leaflet'

/** What a path of Leaflet's canvas knows of itself; its types do not say. */
interface Drawn {
  _renderer: { _drawing: boolean; _ctx: CanvasRenderingContext2D; _fillStroke(at: CanvasRenderingContext2D, path: unknown): void }
  _point: L.Point
  _radius: number
  _pxBounds: L.Bounds
  _parts: L.Point[][]
  _empty?(): boolean
  options: L.PathOptions
}

const LEAST_PX = 9

function pen(path: Drawn): CanvasRenderingContext2D | null {
  return path._renderer._drawing && !path._empty?.() ? path._renderer._ctx : null
}

function outline(path: Drawn, points: readonly (readonly [number, number])[]): void {
  const at = pen(path)
  if (!at) return
  at.beginPath()
  for (const [n, [x, y]] of points.entries()) n ? at.lineTo(x, y) : at.moveTo(x, y)
  at.closePath()
  path._renderer._fillStroke(at, path)
}

/** A location of concern. */
export const Diamond = L.CircleMarker.extend({
  _updatePath(this: Drawn) {
    const { x, y } = this._point
    const r = this._radius * 1.25
    outline(this, [
      [x, y - r],
      [x + r, y],
      [x, y + r],
      [x - r, y],
    ])
  },
}) as unknown as typeof L.CircleMarker

/** A cell: never smaller on the screen than the eye can find. */
export const Cell = L.Polygon.extend({
  _updatePath(this: Drawn & { _rings: L.Point[][] }) {
    const ring = this._rings[0] ?? []
    const box = L.bounds(ring)
    const size = box.getSize()
    if (ring.length === 0 || Math.max(size.x, size.y) >= LEAST_PX) {
      ;(L.Polygon.prototype as unknown as { _updatePath(): void })._updatePath.call(this)
      return
    }
    const { x, y } = box.getCenter()
    const r = LEAST_PX / 2
    outline(this, [
      [x - r, y - r],
      [x + r, y - r],
      [x + r, y + r],
      [x - r, y + r],
    ])
  },
}) as unknown as typeof L.Polygon

/** A line with a head where it leads. */
export const Arrow = L.Polyline.extend({
  _updatePath(this: Drawn) {
    ;(L.Polyline.prototype as unknown as { _updatePath(): void })._updatePath.call(this)
    const at = pen(this)
    const part = this._parts.at(-1) ?? []
    const [tip, before] = [part.at(-1), part.at(-3)]
    if (!at || !tip || !before) return
    const turn = Math.atan2(tip.y - before.y, tip.x - before.x)
    const long = 8 + 1.5 * (this.options.weight ?? 1)
    at.beginPath()
    at.moveTo(tip.x, tip.y)
    for (const side of [-0.45, 0.45]) at.lineTo(tip.x - long * Math.cos(turn + side), tip.y - long * Math.sin(turn + side))
    at.closePath()
    at.globalAlpha = 1
    at.fillStyle = this.options.color ?? '#000'
    at.fill()
  },
}) as unknown as typeof L.Polyline

/** Slanted lines, as the legend shows them. */
export function hatched(ground: string, line: string): string {
  const tile = document.createElement('canvas')
  tile.width = tile.height = 6
  const at = tile.getContext('2d')
  if (!at) return ground
  at.fillStyle = ground
  at.fillRect(0, 0, 6, 6)
  at.strokeStyle = line
  at.lineWidth = 1.5
  at.beginPath()
  for (const [x, y] of [
    [-1, 1],
    [0, 6],
    [5, 7],
  ] as const) {
    at.moveTo(x, y)
    at.lineTo(x + (x === 0 ? 6 : 2), y - (x === 0 ? 6 : 2))
  }
  at.stroke()
  // Leaflet hands the fill to the canvas as it is: a pattern does as well as a colour.
  return (at.createPattern(tile, 'repeat') ?? ground) as unknown as string
}
