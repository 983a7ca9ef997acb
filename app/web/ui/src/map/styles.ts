/** How each layer is drawn; the legend shows the same. */

import type { CircleMarkerOptions, PathOptions } from 'leaflet'
import { hatched } from './marks'
import type { LayerName } from './view'

const INK = '#0b0c0c'

export function styles(): Record<LayerName, CircleMarkerOptions> {
  return {
    areas: { color: '#505a5f', weight: 1.5, fill: true, fillColor: '#f3f2f1', fillOpacity: 0.6 },
    hotspots: { color: '#7a1f14', weight: 1.5, fill: true, fillColor: hatched('#f6a58f', '#7a1f14'), fillOpacity: 0.9 },
    flows: { color: '#4c2c92', opacity: 0.8, fill: false },
    concern: { color: '#fff', weight: 1.5, fill: true, fillColor: '#0b4f8a', fillOpacity: 1, radius: 6 },
    places: { color: INK, weight: 3, fill: true, fillColor: '#ffdd00', fillOpacity: 1, radius: 7 },
  }
}

/** What is chosen has a heavy black line. */
export const CHOSEN: PathOptions = { color: INK, weight: 4, opacity: 1 }

/** A location of concern where no young person is recorded, in what counts. */
export const HOLLOW: CircleMarkerOptions = { color: '#0b4f8a', weight: 1.5, fillColor: '#fff', radius: 4 }
