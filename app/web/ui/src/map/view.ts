/** What a map is to this page: shapes in layers, one of them chosen. Which library draws it is its own affair. */

export const LAYERS = ['areas', 'hotspots', 'flows', 'concern', 'places'] as const
export type LayerName = (typeof LAYERS)[number]

/** Longitude and latitude. */
export type LonLat = readonly [number, number]
/** West, south, east, north. */
export type Bounds = readonly [number, number, number, number]

interface Named {
  /** Unique in the picture: its layer and its id. */
  key: string
  /** Shown as plain text beside the pointer. */
  label: string
}

/** Ground: polygons, each its rings. */
export interface Patch extends Named {
  form: 'patch'
  polygons: readonly (readonly (readonly LonLat[])[])[]
  /** Written on the ground itself where there is room. */
  written?: boolean
}

export interface Dot extends Named {
  form: 'dot'
  at: LonLat
  /** Drawn hollow: less is recorded of it. */
  hollow?: boolean
}

/** From one place to another. */
export interface Arc extends Named {
  form: 'arc'
  from: LonLat
  to: LonLat
  /** Of the line, pixels. */
  width: number
  /** Whether it has a direction. */
  pointed: boolean
}

export type Shape = Patch | Dot | Arc

export interface MapView {
  /** Draw a layer anew; none of its earlier shapes stays. */
  draw(layer: LayerName, shapes: readonly Shape[]): void
  /** Mark one shape of those drawn. */
  choose(key: string | null): void
  /** Show this much of the ground. */
  fit(bounds: Bounds): void
  /** Nearer (positive) or farther. */
  zoom(steps: number): void
  close(): void
}

export function keyOf(layer: LayerName, id: string): string {
  return `${layer}:${id}`
}

export function layerOf(key: string): LayerName {
  return key.slice(0, key.indexOf(':')) as LayerName
}
