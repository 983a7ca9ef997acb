/** Where in the pages one is: the part of the address after #, which never leaves the browser. */

export interface Place {
  path: string
  query: Record<string, string>
  /** Values that the address gives several times, as entities. */
  entities: readonly string[]
}

function read(): Place {
  const hash = window.location.hash
  const [path = '', query = ''] = hash.startsWith('#/') ? hash.slice(1).split('?', 2) : ['/']
  const values = new URLSearchParams(query)
  const entities = values.getAll('entity')
  values.delete('entity')
  return { path: path || '/', query: Object.fromEntries(values), entities }
}

class Router {
  place = $state.raw<Place>(read())
  /** Of the place: only another page changes it, whatever is asked of the one that is open. */
  path = $state(this.place.path)
  /** How often one went to another page; the first page takes no focus away from the browser. */
  moves = $state(0)

  constructor() {
    window.addEventListener('hashchange', () => {
      // A link inside a page, such as one to a faulty field, is no other place.
      if (!window.location.hash.startsWith('#/') && window.location.hash) return
      const before = this.path
      this.#stand()
      if (this.path !== before) this.moves += 1
    })
  }

  /** The address of what is shown now, in place of the one before: no step of the browser's history. */
  restate(query: Values): void {
    const said = address(this.path, query)
    if (said === window.location.hash) return
    window.history.replaceState(window.history.state, '', said)
    this.#stand()
  }

  #stand(): void {
    this.place = read()
    this.path = this.place.path
  }

  go(path: string, query: Record<string, string> = {}): void {
    window.location.hash = address(path, query)
  }

  /** Another question to the same page: an entry of the history of its own. */
  askAnew(query: Record<string, string>): void {
    this.go(this.path, query)
  }
}

type Values = Record<string, string | readonly string[] | undefined>

export function address(path: string, query: Values = {}): string {
  const held = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) if (one) held.append(name, one)
  }
  return `#${path}${held.size ? `?${held}` : ''}`
}

export const router = new Router()
