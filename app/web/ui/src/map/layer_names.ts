/** The layers in words, in the order of the legend. */

import type { LayerName } from './view'

export const LEGEND: readonly { layer: LayerName; title: string; mark: string }[] = [
  { layer: 'hotspots', title: 'Hot cells', mark: 'hatched squares' },
  { layer: 'concern', title: 'Locations of concern', mark: 'blue diamonds; hollow where no young person is recorded' },
  { layer: 'places', title: 'Places of the selection', mark: 'yellow discs with a black ring' },
  { layer: 'flows', title: 'Flows between authorities', mark: 'arrows, the wider the more people' },
  { layer: 'areas', title: 'Areas', mark: 'grey outlines' },
]
