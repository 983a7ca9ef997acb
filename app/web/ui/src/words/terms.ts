/** Words of the model as people read them. */

import type { Person } from '../api/forms'

const SPELT_OUT: Record<string, string> = {
  asb: 'anti-social behaviour',
  cawn: 'child abduction warning notice',
  cbo: 'criminal behaviour order',
  lad: 'local authority district',
  lsoa: 'LSOA',
  msoa: 'MSOA',
  ocg: 'organised crime group',
  scpo: 'serious crime prevention order',
  stro: 'slavery and trafficking risk order',
}

/** `FRIEND_OF`, `child_said`, `ocg`: as words. */
export function inWords(term: string): string {
  const plain = term.toLowerCase()
  return SPELT_OUT[plain] ?? plain.replaceAll('_', ' ')
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export function many(count: number, thing: string, things = `${thing}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? thing : things}`
}

/** Initials alone do not tell two people apart: the last letters of the id do, as in briefings. */
export function called(person: Person): string {
  const letters = person.id.slice(-4)
  return person.shown_as ? `${person.shown_as} (${letters})` : `No visible name (${letters})`
}

/** How an entity is called: a person of those listed, or the last letters of an id. */
export function calledBy(id: string, people: readonly Person[]): string {
  const found = people.find((person) => person.id === id)
  return found ? called(found) : `…${id.slice(-4)}`
}

const ROLES: Record<string, string> = {
  op_group: 'operational group',
  coordinator: 'coordinator',
  analyst: 'analyst',
  intel_officer: 'intelligence officer',
  ig_auditor: 'information governance',
  admin: 'administrator',
}

export function roleName(role: string): string {
  return ROLES[role] ?? inWords(role)
}

export const PURPOSE_KINDS = {
  safeguarding: 'Safeguarding',
  law_enforcement: 'Law enforcement',
} as const

const SOURCE: Record<string, string> = { '1': 'reliable source', '2': 'untested source', '3': 'not reliable source' }
const INFORMATION: Record<string, string> = {
  A: 'known directly',
  B: 'known indirectly but corroborated',
  C: 'known indirectly',
  D: 'not known',
  E: 'suspected to be false',
}

/** A grade such as 2BP in words; a basis as it is. */
export function gradeInWords(grade: string | null, basis: string | null): string {
  if (!grade) return basis ? inWords(basis) : ''
  const [source = '', information = '', handling = ''] = grade
  const handled = handling === 'C' ? 'conditions apply' : 'may be shared lawfully'
  return [SOURCE[source], INFORMATION[information], handled].filter(Boolean).join('; ')
}

/** What stability says, without a decimal point. */
export function stabilityInWords(stability: number): string {
  const share = Math.round(stability * 100)
  return share >= 100 ? 'the same in every run' : `recurs in ${share} of 100 runs`
}

/** Attributes that a claim holds, as pairs of words. */
export function attributes(value: string | null): [string, string][] {
  if (!value) return []
  try {
    const held: unknown = JSON.parse(value)
    if (held === null || typeof held !== 'object') return [['value', String(held)]]
    return Object.entries(held).map(([name, one]) => [
      inWords(name),
      typeof one === 'string' ? one : JSON.stringify(one),
    ])
  } catch {
    return [['value', value]]
  }
}

