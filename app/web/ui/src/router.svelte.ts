/** Where in the pages one is: the part of the address after #, which never leaves the browser. */

export interface Place {
  path: string
  query: Record<string, string>
}

function read(): Place {
  const hash = window.location.hash
  const [path = '', query = ''] = hash.startsWith('#/') ? hash.slice(1).split('?', 2) : ['/']
  return { path: path || '/', query: Object.fromEntries(new URLSearchParams(query)) }
}

class Router {
  place = $state.raw<Place>(read())
  /** How often one went to another page; the first page takes no focus away from the browser. */
  moves = $state(0)

  constructor() {
    window.addEventListener('hashchange', () => {
      // A link inside a page, such as one to a faulty field, is no other place.
      if (!window.location.hash.startsWith('#/') && window.location.hash) return
      const before = this.place.path
      this.place = read()
      if (this.place.path !== before) this.moves += 1
    })
  }

  go(path: string, query: Record<string, string> = {}): void {
    window.location.hash = address(path, query)
  }

  /** Another question to the same page: an entry of the history of its own. */
  askAnew(query: Record<string, string>): void {
    this.go(this.place.path, query)
  }
}

export function address(path: string, query: Record<string, string | undefined> = {}): string {
  const held = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value) held.set(name, value)
  return `#${path}${held.size ? `?${held}` : ''}`
}

export const router = new Router()
