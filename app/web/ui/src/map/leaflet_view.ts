/** The map by Leaflet, on one canvas: it asks for no tile, no picture and no other origin. */

import * as L from 'leaflet'
import { bow, middleOf } from './ground'
import { Arrow, Cell, Diamond } from './marks'
import { CHOSEN, HOLLOW, styles } from './styles'
import { type Bounds, LAYERS, type LayerName, layerOf, type LonLat, type MapView, type Shape } from './view'

const FARTHEST = 4
const NEAREST = 17
const LETTER_PX = 8

interface Drawn {
  path: L.Path
  style: L.PathOptions
}

const there = ([x, y]: LonLat): L.LatLngTuple => [y, x]

function plain(text: string): HTMLElement {
  const held = document.createElement('span')
  held.textContent = text
  return held
}

export class LeafletView implements MapView {
  readonly #map: L.Map
  readonly #drawn = new Map<LayerName, Map<string, Drawn>>()
  readonly #names = L.layerGroup()
  readonly #styles = styles()
  readonly #watching: ResizeObserver
  #written: Shape[] = []
  #chosen: string | null = null
  #closed = false

  constructor(frame: HTMLElement, choose: (key: string) => void) {
    this.#map = L.map(frame, {
      preferCanvas: true,
      renderer: L.canvas({ tolerance: 5, padding: 0.3 }),
      attributionControl: false,
      zoomControl: false,
      minZoom: FARTHEST,
      maxZoom: NEAREST,
      zoomSnap: 0.5,
      // Whoever scrolls the page past the map does not want it to move; whoever has gone into it does.
      scrollWheelZoom: false,
      fadeAnimation: false,
      zoomAnimation: false,
      inertia: false,
    })
    this.#map.setView([54, -2], 6)
    L.control.scale({ imperial: false, maxWidth: 140 }).addTo(this.#map)
    this.#names.addTo(this.#map)
    this.#map.on('zoomend moveend', () => this.#write())
    this.#map.on('focus', () => this.#map.scrollWheelZoom.enable())
    this.#map.on('blur', () => this.#map.scrollWheelZoom.disable())
    this.#choose = choose
    this.#watching = new ResizeObserver(() => this.#map.invalidateSize({ animate: false }))
    this.#watching.observe(frame)
  }

  readonly #choose: (key: string) => void

  draw(layer: LayerName, shapes: readonly Shape[]): void {
    if (this.#closed) return
    for (const { path } of this.#drawn.get(layer)?.values() ?? []) path.remove()
    const drawn = new Map<string, Drawn>()
    for (const shape of shapes) {
      const style = this.#style(layer, shape)
      const path = this.#path(layer, shape, style)
      path.bindTooltip(() => plain(shape.label), { sticky: true, className: 'kith-map-tip' })
      path.on('click', () => this.#choose(shape.key))
      path.addTo(this.#map)
      drawn.set(shape.key, { path, style })
    }
    this.#drawn.set(layer, drawn)
    if (layer === 'areas') this.#written = shapes.filter((shape) => shape.form === 'patch' && shape.written)
    // One canvas takes the clicks of all layers: what is drawn last lies above.
    for (const name of LAYERS.slice(LAYERS.indexOf(layer) + 1)) {
      for (const { path } of this.#drawn.get(name)?.values() ?? []) path.bringToFront()
    }
    this.#write()
    this.choose(this.#chosen)
  }

  choose(key: string | null): void {
    if (this.#closed) return
    const before = this.#chosen ? this.#of(this.#chosen) : undefined
    before?.path.setStyle(before.style)
    const again = this.#chosen === key
    this.#chosen = key
    const path = key ? this.#of(key)?.path : undefined
    if (!key || !path) return
    path.setStyle(CHOSEN)
    if (layerOf(key) !== 'areas') path.bringToFront()
    if (!again) this.#reveal(path)
  }

  fit([west, south, east, north]: Bounds): void {
    const bounds = L.latLngBounds([south, west], [north, east])
    this.#map.fitBounds(bounds, { padding: [24, 24], maxZoom: 14, animate: false })
  }

  zoom(steps: number): void {
    this.#map.setZoom(this.#map.getZoom() + steps, { animate: false })
  }

  close(): void {
    // Leaflet tells of a changed window a moment later, when there may be no map any more.
    this.#closed = true
    this.#watching.disconnect()
    this.#map.remove()
  }

  /** What is chosen in a table is moved to, where it is out of sight. */
  #reveal(path: L.Path): void {
    const held = path instanceof L.Polyline ? path.getBounds() : (path as L.CircleMarker).getLatLng().toBounds(1)
    if (!this.#map.getBounds().intersects(held)) this.#map.panTo(held.getCenter(), { animate: false })
  }

  #of(key: string): Drawn | undefined {
    return this.#drawn.get(layerOf(key))?.get(key)
  }

  #style(layer: LayerName, shape: Shape): L.PathOptions {
    if (shape.form === 'arc') return { ...this.#styles[layer], weight: shape.width }
    return shape.form === 'dot' && shape.hollow ? { ...this.#styles[layer], ...HOLLOW } : this.#styles[layer]
  }

  #path(layer: LayerName, shape: Shape, style: L.PathOptions): L.Path {
    if (shape.form === 'dot') return new (layer === 'concern' ? Diamond : L.CircleMarker)(there(shape.at), style)
    if (shape.form === 'arc') {
      return new (shape.pointed ? Arrow : L.Polyline)(bow(shape.from, shape.to).map(there), { ...style, smoothFactor: 0 })
    }
    const rings = shape.polygons.map((polygon) => polygon.map((ring) => ring.map(there)))
    return new (layer === 'hotspots' ? Cell : L.Polygon)(layer === 'hotspots' ? (rings[0] ?? []) : rings, style)
  }

  /** Write names where there is room for them. */
  #write(): void {
    if (this.#closed) return
    this.#names.clearLayers()
    const seen = this.#map.getBounds()
    for (const shape of this.#written) {
      if (shape.form !== 'patch') continue
      const at = there(middleOf(shape.polygons))
      if (!seen.contains(at) || !this.#fits(shape.key, shape.label)) continue
      const icon = L.divIcon({ html: plain(shape.label), className: 'kith-map-name', iconSize: [0, 0] })
      L.marker(at, { icon, interactive: false, keyboard: false }).addTo(this.#names)
    }
  }

  #fits(key: string, label: string): boolean {
    const path = this.#of(key)?.path
    if (!(path instanceof L.Polygon)) return false
    const box = path.getBounds()
    const east = this.#map.latLngToLayerPoint(box.getNorthEast())
    const west = this.#map.latLngToLayerPoint(box.getSouthWest())
    return east.x - west.x > label.length * LETTER_PX && west.y - east.y > 24
  }
}
