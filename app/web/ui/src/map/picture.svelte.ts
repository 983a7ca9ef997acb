/** Everything that the map shows: its questions, their answers, and what was chosen. */

import type { Areas, Concern, Flows, HotCells, Places, Themes } from '../api/map_forms'
import * as requests from '../api/map_requests'
import { visit } from '../visit.svelte'
import { Answer } from './answer.svelte'
import { type MapAsked, themeAsked } from './asked'
import type { Answers } from './facts'
import { within } from './months'
import * as shapes from './shapes'
import { areaTable, concernTable, flowTable, hotTable, placeTable, type Table } from './tables'
import { LAYERS, type LayerName, type Shape } from './view'

export class Picture {
  readonly areas = new Answer<Areas>()
  readonly themes = new Answer<Themes>()
  readonly hotspots = new Answer<HotCells>()
  readonly concern = new Answer<Concern>()
  readonly flows = new Answer<Flows>()
  readonly places = new Answer<Places>()

  readonly #areaShapes = $derived(shapes.areaShapes(this.areas.value))
  readonly #hotShapes = $derived(shapes.hotShapes(this.hotspots.value))
  readonly #concernShapes = $derived(shapes.concernShapes(this.concern.value))
  readonly #flowShapes = $derived(shapes.flowShapes(this.flows.value))
  readonly #placeShapes = $derived(shapes.placeShapes(this.places.value))
  readonly #areaTable = $derived(areaTable(this.areas.value, this.hotspots.value, this.#areaShapes))
  readonly #hotTable = $derived(hotTable(this.hotspots.value, this.#areaShapes))

  /** Layers that this person may see. */
  static offered(): LayerName[] {
    const needs: Record<LayerName, string> = {
      areas: 'hotspots',
      hotspots: 'hotspots',
      concern: 'hotspots',
      flows: 'cross_border',
      places: 'explore',
    }
    return LAYERS.filter((layer) => visit.me?.may.includes(needs[layer]))
  }

  /** Ask anew what a layer shows, or forget it where it is not shown. */
  ask(layer: LayerName, asked: MapAsked, on: boolean): void {
    const question = asked.question
    if (layer === 'areas') {
      this.areas.ask((signal) => requests.areas('', signal))
    } else if (!on) {
      this[layer].drop()
    } else if (layer === 'hotspots') {
      this.hotspots.ask((signal) => requests.hotCells(themeAsked(asked), signal))
    } else if (layer === 'concern') {
      this.concern.ask((signal) => requests.concern(question, signal))
    } else if (layer === 'flows') {
      this.flows.ask((signal) => requests.flows(question, signal))
    } else {
      this.places.ask((signal) => requests.places(question, asked.entities, signal))
    }
  }

  /** What there is to choose from: every month, so without the period. */
  askThemes(asked: MapAsked): void {
    this.themes.ask((signal) => requests.themes(within(asked.question, null), signal))
  }

  drop(): void {
    for (const answer of [this.themes, ...LAYERS.map((layer) => this[layer])]) answer.drop()
  }

  get answers(): Answers {
    return {
      areas: this.areas.value,
      hotspots: this.hotspots.value,
      concern: this.concern.value,
      flows: this.flows.value,
      places: this.places.value,
    }
  }

  shapes(shown: readonly LayerName[]): Record<LayerName, readonly Shape[]> {
    const held: Record<LayerName, readonly Shape[]> = {
      areas: this.#areaShapes,
      hotspots: this.#hotShapes,
      flows: this.#flowShapes,
      concern: this.#concernShapes,
      places: this.#placeShapes,
    }
    return Object.fromEntries(LAYERS.map((layer) => [layer, shown.includes(layer) ? held[layer] : NOTHING])) as typeof held
  }

  table(layer: LayerName): Table {
    if (layer === 'areas') return this.#areaTable
    if (layer === 'hotspots') return this.#hotTable
    if (layer === 'concern') return concernTable(this.concern.value)
    return layer === 'flows' ? flowTable(this.flows.value) : placeTable(this.places.value)
  }
}

const NOTHING: readonly Shape[] = []
