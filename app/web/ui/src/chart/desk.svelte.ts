/** The chart that somebody works on: what stands there, what is chosen, what was done. */

import { tick } from 'svelte'
import { SvelteSet } from 'svelte/reactivity'
import type { Counted, Entity, Link, Neighbourhood, Way } from '../api/exploring'
import * as requests from '../api/exploring'
import { type Fault, faultsOf } from '../faults'
import { told } from '../told.svelte'
import { many } from '../words/terms'
import { between, readsAreas } from './asking'
import * as charts from './chart'
import { around, centre, laidOut } from './geometry'
import * as histories from './history'
import { asQuestion, countsOf, nameOf } from './words'

export interface Chosen {
  sort: 'entity' | 'link'
  id: string
}

export class Desk {
  history = $state.raw(histories.begin(charts.EMPTY))
  /** What things are called, for this viewer now: never undone, never saved. */
  known = $state.raw<charts.Known>(new Map())
  chosen = $state.raw<Chosen | null>(null)
  names = $state(false)
  /** Entities and links of a way, to be seen at once. */
  marked = new SvelteSet<string>()
  faults = $state<Fault[]>([])
  /** What is waited for; empty for nothing. */
  waiting = $state('')
  /** What came of the last act, in words. */
  outcome = $state('')
  /** Saved view that is open. */
  saved = $state.raw<{ id: string; title: string } | null>(null)

  #queue: Promise<unknown> = Promise.resolve()
  #asked = 0

  get chart(): charts.Chart {
    return this.history.now
  }

  name(id: string): string {
    return nameOf(this.known.get(id), id)
  }

  link(id: string): Link | undefined {
    return this.chart.links.find((link) => link.id === id)
  }

  /** One act: the chart after it, and how a button that undoes it calls it. */
  act(what: string, chart: charts.Chart, key = ''): void {
    this.history = histories.done(this.history, what, chart, key)
    if (this.chosen && !this.#stands(this.chosen)) this.chosen = null
  }

  undo(): void {
    const what = histories.undoes(this.history)
    if (!what) return
    this.history = histories.undone(this.history)
    void this.#look()
    this.say(`Undone: ${what}.`)
  }

  redo(): void {
    const what = histories.redoes(this.history)
    if (!what) return
    this.history = histories.redone(this.history)
    void this.#look()
    this.say(`Done again: ${what}.`)
  }

  say(sentence: string): void {
    this.outcome = sentence
    told.say(sentence)
  }

  choose(chosen: Chosen | null): void {
    this.chosen = chosen
  }

  /** Choose from afar: the panel takes the focus, as a page that a link leads to. */
  chooseAndRead(chosen: Chosen): void {
    this.chosen = chosen
    void tick().then(() => document.getElementById('chosen')?.focus())
  }

  /** Put entities on the chart, beside one that stands there or where the service would draw them. */
  add(ids: readonly string[], what: string, beside = '', kinds: readonly string[] = []): Promise<void> {
    return this.wait(what, async () => {
      const chart = this.chart
      const fresh = [...new Set(ids)].filter((id) => !chart.marks.has(id))
      const room = charts.MOST - chart.marks.size
      const taken = fresh.slice(0, room)
      if (!taken.length) {
        this.say(fresh.length ? full(fresh.length) : 'Everything of it stands on the chart already.')
        return
      }
      const areas = readsAreas(chart, kinds)
      const places = chart.marks.size === 0
      const found = await between([...chart.marks.keys(), ...taken], chart.counted, { names: this.names, places, areas })
      this.learn(found.entities)
      this.act(what, charts.withMarks(this.chart, this.#spots(found, taken, beside), found.links))
      const added = found.entities.filter((one) => taken.includes(one.id))
      const left = fresh.length - taken.length
      this.say(`Added: ${countsOf(added) || 'nothing'}.${missing(found)}${left ? ` ${full(left)}` : ''}`)
    })
  }

  /** Names or initials from now on; whether that is a change. What others were called is forgotten. */
  callBy(names: boolean): boolean {
    if (names === this.names) return false
    this.names = names
    this.known = new Map()
    return this.chart.marks.size > 0
  }

  /** The links of what stands here, for another question. */
  askAnew(counted: Counted, what: string): Promise<void> {
    return this.wait(what, async () => {
      const ids = [...this.chart.marks.keys()]
      if (!ids.length) {
        this.act(what, charts.relinked(this.chart, [], counted))
        return
      }
      const found = await between(ids, counted, { names: this.names, areas: readsAreas(this.chart) })
      this.learn(found.entities)
      this.act(what, charts.relinked(this.chart, found.links, counted))
      this.say(`${many(found.links.length, 'link')} between ${many(found.entities.length, 'entity', 'entities')}.`)
    })
  }

  layOut(): Promise<void> {
    return this.wait('Lay out again', async () => {
      const chart = this.chart
      const shown = charts.shownMarks(chart)
      const asked = { names: this.names, places: true, areas: readsAreas(chart) }
      const found = await between(shown.map((mark) => mark.id), chart.counted, asked)
      this.learn(found.entities)
      const pinned = shown.filter((mark) => mark.pinned)
      const where = laidOut(found.entities, centre(pinned.length ? pinned : shown), pinned)
      this.act('Lay out again', charts.placed(this.chart, where))
      this.say(`Laid out again.${pinned.length ? ` ${many(pinned.length, 'pinned entity stays', 'pinned entities stay')} in place.` : ''}`)
    })
  }

  async showWay(way: Way, entities: readonly Entity[]): Promise<void> {
    this.learn(entities)
    const what = `Path of ${many(way.hops, 'link')}`
    if (way.entities.some((id) => !this.chart.marks.has(id))) await this.add(way.entities, what, way.entities[0])
    const hidden = way.entities.filter((id) => this.chart.marks.get(id)?.hidden)
    if (hidden.length) this.act('Show hidden', charts.changed(this.chart, hidden, { hidden: false }))
    this.marked.clear()
    for (const id of [...way.entities, ...way.links.map((link) => link.id)]) this.marked.add(id)
  }

  /** Open a saved view; what is no longer found is counted. */
  open(saved: requests.SavedView): Promise<void> {
    return this.wait(`Open the view ${saved.title}`, async () => {
      const ids = saved.view.entities.map((one) => one.id)
      const found = await between(ids, saved.view.question, { names: this.names, areas: true })
      this.learn(found.entities)
      const there = new Set(found.entities.map((one) => one.id))
      const links = found.links.filter((link) => link.says !== 'IN')
      this.act(`Open the view ${saved.title}`, charts.fromSaved(saved.view, links, there))
      this.saved = { id: saved.id, title: saved.title }
      const gone = ids.length - there.size
      const lost = gone ? ` ${gone} of ${ids.length} are no longer on record or not shown to you.` : ''
      this.say(`The view ${saved.title} is open: ${many(there.size, 'entity', 'entities')}.${lost}`)
    })
  }

  question() {
    return asQuestion(this.chart.counted, this.names)
  }

  learn(entities: readonly Entity[]): void {
    const known = new Map(this.known)
    for (const one of entities) known.set(one.id, one)
    this.known = known
  }

  /** One question after the other, so that no answer overtakes another. */
  wait(what: string, ask: () => Promise<void>): Promise<void> {
    this.waiting ||= what
    this.#asked += 1
    const turn = this.#queue.then(async () => {
      this.waiting = what
      this.faults = []
      try {
        await ask()
      } catch (error) {
        this.faults = faultsOf(error)
      } finally {
        this.#asked -= 1
        if (!this.#asked) this.waiting = ''
      }
    })
    this.#queue = turn
    return turn
  }

  /** What came back and has no name yet is read anew. */
  async #look(): Promise<void> {
    if (this.chosen && !this.#stands(this.chosen)) this.chosen = null
    const strange = [...this.chart.marks.keys()].filter((id) => !this.known.has(id))
    if (!strange.length) return
    await this.wait('Reading what came back', async () => {
      this.learn((await between(strange, this.chart.counted, { names: this.names })).entities)
    })
  }

  #stands(chosen: Chosen): boolean {
    return chosen.sort === 'entity' ? this.chart.marks.has(chosen.id) : Boolean(this.link(chosen.id))
  }

  #spots(found: Neighbourhood, ids: readonly string[], beside: string): (charts.Point & { id: string })[] {
    const there = [...this.chart.marks.values()]
    const fresh = found.entities.filter((one) => ids.includes(one.id))
    if (!there.length) return [...laidOut(fresh, { x: 0, y: 0 }, [])].map(([id, at]) => ({ id, ...at }))
    const places = around(this.chart.marks.get(beside) ?? centre(there), fresh.length, there)
    return fresh.map(({ id }, n) => ({ id, x: places[n]?.x ?? 0, y: places[n]?.y ?? 0 }))
  }
}

function missing(found: Neighbourhood): string {
  const gone = found.not_found.length
  return gone ? ` ${gone} are no longer on record or not shown to you.` : ''
}

function full(left: number): string {
  const most = charts.MOST.toLocaleString('en-GB')
  return `The chart is full at ${most} entities: ${left.toLocaleString('en-GB')} were left out. Remove some to make room.`
}
