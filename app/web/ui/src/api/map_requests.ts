/** What the map asks for. */

import { ask, tell } from './client'
import type { Question } from './forms'
import type * as Form from './map_forms'

type Signal = AbortSignal | undefined

export const areas = (kind: string, signal?: Signal) => ask<Form.Areas>('/api/areas', { kind }, signal)
export const themes = (asked: Question, signal?: Signal) => ask<Form.Themes>('/api/hotspots/themes', { ...asked }, signal)
export const hotCells = (asked: Form.ThemeAsked, signal?: Signal) =>
  ask<Form.HotCells>('/api/hotspots.geojson', { ...asked }, signal)
export const concern = (asked: Question, signal?: Signal) => ask<Form.Concern>('/api/concern', { ...asked }, signal)
export const flows = (asked: Question, signal?: Signal) => ask<Form.Flows>('/api/flows', { ...asked }, signal)
export const places = (asked: Question, entities: readonly string[], signal?: Signal) => {
  const doubtful = asked.doubtful === 'true'
  return tell<Form.Places>('POST', '/api/places', { ...asked, doubtful, entities }, signal)
}
