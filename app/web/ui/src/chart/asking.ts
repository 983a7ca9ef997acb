/** What a chart asks the service for. */

import type { Counted, Link, Neighbourhood } from '../api/exploring'
import * as requests from '../api/exploring'
import { MOST, type Chart } from './chart'
import { LINK_KINDS } from './words'

/** Links to an area are no way between two people, and are read only where they were asked for. */
const APART = 'IN'

/** Entities and every link between them. */
export function between(
  entities: readonly string[],
  counted: Counted,
  how: { names: boolean; places?: boolean; areas?: boolean },
): Promise<Neighbourhood> {
  const kinds = how.areas ? LINK_KINDS : []
  const asked = { entities: [...entities], hops: 0, kinds, limit: MOST, places: how.places ?? false, names: how.names }
  return requests.neighbourhood({ ...counted, ...asked })
}

export function readsAreas(chart: Chart, kinds: readonly string[] = []): boolean {
  return kinds.includes(APART) || chart.links.some((link: Link) => link.says === APART)
}
