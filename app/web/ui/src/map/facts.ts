/** What is known of the thing that was chosen, as terms and their values. */

import type { Areas, Concern, Flows, HotCells, Places } from '../api/map_forms'
import { inDays, span } from '../words/days'
import { capital, inWords, many } from '../words/terms'
import * as shapes from './shapes'
import { keyOf, layerOf } from './view'
import { atHours, corner, inChances, onWeekdays } from './words'

export interface Answers {
  areas: Areas | null
  hotspots: HotCells | null
  concern: Concern | null
  flows: Flows | null
  places: Places | null
}

export interface Facts {
  key: string
  title: string
  rows: [string, string][]
  /** What it does not mean. */
  caveat: string
  /** Row or id whose claims can be asked for; empty for none. */
  why: string
  /** Ids that Explore can open. */
  explore: string[]
  /** Code of an area that the study can be limited to. */
  area: string
}

export function factsOf(key: string, found: Answers): Facts | null {
  const layer = layerOf(key)
  if (layer === 'hotspots') return ofCell(key, found.hotspots)
  if (layer === 'concern') return ofConcern(key, found.concern)
  if (layer === 'flows') return ofFlow(key, found.flows)
  if (layer === 'places') return ofPlace(key, found.places)
  return ofArea(key, found)
}

function facts(key: string, title: string, rows: Facts['rows'], more: Partial<Facts>): Facts {
  return { key, title, rows, caveat: '', why: '', explore: [], area: '', ...more }
}

function ofCell(key: string, found: HotCells | null): Facts | null {
  const cells = shapes.hotCellsInOrder(found)
  const n = cells.findIndex(({ properties }) => keyOf('hotspots', properties.cell) === key)
  const cell = cells[n]?.properties
  if (!found || !cell) return null
  const rows: Facts['rows'] = [
    ['Recorded events in the cell', cell.count.toLocaleString('en-GB')],
    ['At', many(cell.places, 'point')],
    [`Events in it and the ${cell.window_cells - 1} cells around`, cell.window_count.toLocaleString('en-GB')],
    ['Chance alone would put as many there', `${inChances(cell.p_corrected)} (corrected p ${cell.p_corrected.toPrecision(2)})`],
    ['Gi*', `${cell.z.toFixed(1)} standard deviations`],
    ['South-west corner, British National Grid', corner(cell.cell)],
    ['Set of touching hot cells', `number ${cell.cluster + 1}`],
  ]
  const caveat = 'Recorded events gather here. That says nothing about anybody who lives here or was seen here.'
  return facts(key, `Cell ${n + 1}`, rows, { caveat, why: cell.cell })
}

function ofConcern(key: string, found: Concern | null): Facts | null {
  const place = found?.rows.find(({ id }) => keyOf('concern', id) === key)
  if (!found || !place) return null
  const declared = place.declared ? 'named by practitioners' : 'not named: young people are said to frequent it, or were harmed there'
  const rows: Facts['rows'] = [
    ['Sort of place', inWords(place.sort ?? '') || 'not stated'],
    ['Concern', place.concern || declared],
    ['Young people', String(place.children)],
    ['People, adults too', String(place.people)],
    ['Harmed there', String(place.harmed)],
    ['Events', String(place.events)],
    ['Agencies', place.agencies.map((one) => (one === 'withheld' ? 'one that is withheld' : one)).join(', ') || 'none shown'],
    ['First and last', place.first_day || place.last_day ? span(place.first_day, place.last_day) : 'not known'],
    ['Last confirmed as of concern', inDays(place.last_confirmed) || 'never'],
    ['Days', `${onWeekdays(place.by_weekday)}${place.undated ? `; ${many(place.undated, 'event')} without a day` : ''}`],
    ['Hours', `${atHours(place.by_hour)}${place.without_hour ? `; ${many(place.without_hour, 'event')} without an hour` : ''}`],
    ['In', place.areas.map((area) => area.name || area.code).join(', ') || 'no area loaded'],
  ]
  if (place.disputed) rows.push(['Disputed', 'somebody disputes a claim about it'])
  return facts(key, shapes.concernName(place), rows, { caveat: found.caveat, why: place.id, explore: [place.id] })
}

function ofFlow(key: string, found: Flows | null): Facts | null {
  const flow = found?.rows.find((one) => keyOf('flows', shapes.flowId(one)) === key)
  if (!found || !flow) return null
  const rows: Facts['rows'] = [
    ['People who live in the first and were seen in the second', String(flow.people)],
    ['Incidents in the second that they were involved in', String(flow.incidents)],
  ]
  return facts(key, shapes.flowName(flow), rows, { caveat: found.caveat, why: flow.pair ?? '' })
}

function ofPlace(key: string, found: Places | null): Facts | null {
  const place = found?.rows.find(({ id }) => keyOf('places', id) === key)
  if (!place) return null
  const rows: Facts['rows'] = [
    ['What it is', capital(inWords(place.kind))],
    ['Sort', inWords(place.sort ?? '') || 'not stated'],
    ['Of the selection', many(place.of.length, 'entity', 'entities')],
  ]
  const caveat = 'Being recorded at a place says nothing about why somebody was there.'
  return facts(key, shapes.placedName(place), rows, { caveat, why: place.id, explore: [place.id] })
}

function ofArea(key: string, found: Answers): Facts | null {
  const feature = found.areas?.features.find(({ properties }) => keyOf('areas', properties.code) === key)
  if (!feature) return null
  const { code, name, vintage } = feature.properties
  const [shape] = shapes.areaShapes({ sentence: '', features: [feature] })
  const find = shapes.areaFinder(shape ? [shape] : [])
  const hot = (found.hotspots?.features ?? []).filter((cell) => find(shapes.middleOfCell(cell))).length
  const out = (found.flows?.rows ?? []).filter((flow) => flow.from.code === code)
  const back = (found.flows?.rows ?? []).filter((flow) => flow.to.code === code)
  const people = (flows: typeof out) => String(flows.reduce((sum, flow) => sum + flow.people, 0))
  const rows: Facts['rows'] = [
    ['Code', `${code}, as of ${vintage}`],
    ['Hot cells with their middle in it', String(hot)],
    ['Locations of concern in it', String((found.concern?.rows ?? []).filter((one) => one.areas.some((area) => area.code === code)).length)],
  ]
  if (found.flows) {
    rows.push(['Counted on ways out of it, once a way', people(out)], ['Counted on ways into it, once a way', people(back)])
  }
  return facts(key, name || code, rows, { caveat: 'An official area. Areas that record more show more.', area: code })
}
