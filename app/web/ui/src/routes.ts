/** The table of pages: a page is added here, and nowhere else. */

import type { Component } from 'svelte'
import type { Act } from './api/forms'

export interface Route {
  /** Path of the address; a part that begins with a colon is handed to the page. */
  path: string
  /** Right without which nobody comes here; none for everybody who is signed in. */
  needs?: Act
  /** Words in the navigation; none for a page that is reached from another. */
  navigation?: string
  /** Path of the page in the navigation that this one lies under. */
  under?: string
  /** Whether the page uses the whole width of the window, as a picture does. */
  wide?: boolean
  /** Takes `given`, what the path hands to it, or nothing. */
  page: () => Promise<{ default: Component<any> }>
}

export const ROUTES: readonly Route[] = [
  {
    path: '/explore',
    needs: 'explore',
    navigation: 'Explore',
    wide: true,
    page: () => import('./pages/Explore.svelte'),
  },
  { path: '/map', needs: 'hotspots', navigation: 'Map', wide: true, page: () => import('./pages/Map.svelte') },
  {
    path: '/peer-groups',
    needs: 'clusters',
    navigation: 'Peer groups',
    page: () => import('./pages/PeerGroups.svelte'),
  },
  {
    path: '/peer-clusters/:id',
    needs: 'clusters',
    under: '/peer-groups',
    page: () => import('./pages/PeerCluster.svelte'),
  },
  {
    path: '/peer-clusters/:id/confirm',
    needs: 'groups',
    under: '/peer-groups',
    page: () => import('./pages/ConfirmGroup.svelte'),
  },
  {
    path: '/peer-groups/:id',
    needs: 'groups',
    under: '/peer-groups',
    page: () => import('./pages/PeerGroup.svelte'),
  },
  {
    path: '/peer-groups/:id/change',
    needs: 'groups',
    under: '/peer-groups',
    page: () => import('./pages/ChangeGroup.svelte'),
  },
  {
    path: '/peer-groups/:id/dissolve',
    needs: 'groups',
    under: '/peer-groups',
    page: () => import('./pages/DissolveGroup.svelte'),
  },
  {
    path: '/briefings/:subject',
    needs: 'brief',
    under: '/peer-groups',
    page: () => import('./pages/Briefing.svelte'),
  },
  {
    path: '/cross-border',
    needs: 'cross_border',
    navigation: 'Cross-border',
    page: () => import('./pages/CrossBorder.svelte'),
  },
  {
    path: '/cross-border/:id',
    needs: 'cross_border',
    under: '/cross-border',
    page: () => import('./pages/AreaPair.svelte'),
  },
  { path: '/products', needs: 'products', navigation: 'Products', page: () => import('./pages/Products.svelte') },
  { path: '/imports', needs: 'import', navigation: 'Import', page: () => import('./pages/Imports.svelte') },
  {
    path: '/imports/:id',
    needs: 'import',
    under: '/imports',
    page: () => import('./pages/ImportDraft.svelte'),
  },
  { path: '/methods', navigation: 'About the method', page: () => import('./pages/Methods.svelte') },
  { path: '/methods/:name', under: '/methods', page: () => import('./pages/Method.svelte') },
  { path: '/account', page: () => import('./pages/Account.svelte') },
]

export interface Found {
  route: Route
  given: Record<string, string>
}

/** The page of a path, and what the path hands to it. */
export function findRoute(path: string): Found | null {
  for (const route of ROUTES) {
    const given = fit(route.path, path)
    if (given) return { route, given }
  }
  return null
}

function fit(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/')
  const parts = path.replace(/\/$/, '').split('/')
  if (wanted.length !== parts.length) return null
  const given: Record<string, string> = {}
  for (const [n, want] of wanted.entries()) {
    const part = parts[n] ?? ''
    if (want.startsWith(':')) given[want.slice(1)] = plain(part)
    else if (want !== part) return null
  }
  return given
}

function plain(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export function mayOpen(route: Route, may: readonly string[]): boolean {
  return !route.needs || may.includes(route.needs)
}
