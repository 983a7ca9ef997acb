/** The chart as a picture: the one place that knows cytoscape. */

import type { Core, EventObject } from 'cytoscape'
import { degrees, shownLinks, shownMarks, type Chart, type Known, type Point } from './chart'
import type { Chosen } from './desk.svelte'
import { LARGE, looks } from './look'
import { doubtOf, linkWord, nameOf } from './words'

const SYMMETRIC = new Set(['FRIEND_OF', 'ASSOCIATE_OF', 'FAMILY_OF', 'SEEN_WITH', 'FOUND_WITH'])
// Cytoscape puts a style into the page unless an element has this id; the policy of the service forbids it, and
// src/look holds its one rule.
const ITS_STYLE = '__________cytoscape_stylesheet'

export interface Shown {
  chart: Chart
  known: Known
  chosen: Chosen | null
  marked: ReadonlySet<string>
}

export interface Told {
  chose: (chosen: Chosen | null) => void
  moved: (id: string, to: Point) => void
}

export class Picture {
  #cy: Core
  #large = false
  #filled = false

  private constructor(cy: Core, told: Told) {
    this.#cy = cy
    cy.on('tap', (event: EventObject) => {
      if (event.target === cy) told.chose(null)
      else told.chose({ sort: event.target.isNode() ? 'entity' : 'link', id: event.target.id() })
    })
    cy.on('dragfree', 'node', (event: EventObject) => told.moved(event.target.id(), { ...event.target.position() }))
  }

  static async begin(container: HTMLElement, told: Told): Promise<Picture> {
    if (!document.getElementById(ITS_STYLE)) {
      const held = document.createElement('meta')
      held.id = ITS_STYLE
      document.head.append(held)
    }
    const { default: cytoscape } = await import('cytoscape')
    const cy = cytoscape({
      container,
      style: looks(false),
      layout: { name: 'preset' },
      minZoom: 0.03,
      maxZoom: 3,
      boxSelectionEnabled: false,
      autounselectify: true,
      hideEdgesOnViewport: true,
      textureOnViewport: false,
      pixelRatio: 1,
    })
    return new Picture(cy, told)
  }

  show({ chart, known, chosen, marked }: Shown): void {
    const marks = shownMarks(chart)
    const links = shownLinks(chart)
    const large = marks.length > LARGE
    if (large !== this.#large) this.#cy.style(looks(large))
    this.#large = large
    const linked = degrees(links)
    const narrowed = chart.counted.window_from !== null
    const quiet = (id: string) => narrowed && !linked.has(id)
    const classes = (id: string, extra: (string | false)[]) =>
      [...extra, chosen?.id === id && 'chosen', marked.has(id) && 'way'].filter(Boolean).join(' ')
    const wanted = new Map<string, { data: Record<string, string>; classes: string; at?: Point }>()
    for (const mark of marks) {
      const entity = known.get(mark.id)
      wanted.set(mark.id, {
        data: { id: mark.id, label: nameOf(entity, mark.id), kind: entity?.kind ?? '' },
        classes: classes(mark.id, [mark.pinned && 'pinned', quiet(mark.id) && 'quiet']),
        at: { x: mark.x, y: mark.y },
      })
    }
    for (const link of links) {
      wanted.set(link.id, {
        data: { id: link.id, source: link.a, target: link.b, label: linkWord(link) },
        classes: classes(link.id, [doubtOf(link) !== '' && 'doubtful', !SYMMETRIC.has(link.says) && 'directed']),
      })
    }
    this.#draw(wanted)
    const empty = marks.length === 0
    if (!empty && !this.#filled) this.fit()
    this.#filled = !empty
  }

  #draw(wanted: ReadonlyMap<string, { data: Record<string, string>; classes: string; at?: Point }>): void {
    const cy = this.#cy
    cy.batch(() => {
      cy.elements().forEach((one) => {
        if (!wanted.has(one.id())) cy.remove(one)
      })
      for (const [id, { data, classes, at }] of wanted) {
        const one = cy.getElementById(id)
        if (one.empty()) {
          cy.add(at ? { group: 'nodes', data, classes, position: at } : { group: 'edges', data, classes })
          continue
        }
        if (one.data('label') !== data['label']) one.data('label', data['label'])
        if (one.data('kind') !== data['kind']) one.data('kind', data['kind'])
        if (one.classes().join(' ') !== classes) one.classes(classes)
        if (at && (one.position().x !== at.x || one.position().y !== at.y)) one.position({ ...at })
      }
    })
  }

  fit(): void {
    this.#cy.resize()
    this.#cy.fit(undefined, 50)
    if (this.#cy.zoom() > 1.2) {
      this.#cy.zoom(1.2)
      this.#cy.center()
    }
  }

  zoomBy(factor: number): void {
    const cy = this.#cy
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } })
  }

  panBy(x: number, y: number): void {
    this.#cy.panBy({ x, y })
  }

  /** Bring one into the frame where it lies outside. */
  reveal(id: string): void {
    const one = this.#cy.getElementById(id)
    if (one.empty()) return
    const box = one.renderedBoundingBox({})
    const inside = box.x1 >= 0 && box.y1 >= 0 && box.x2 <= this.#cy.width() && box.y2 <= this.#cy.height()
    if (!inside) this.#cy.center(one)
  }

  end(): void {
    this.#cy.destroy()
  }
}
