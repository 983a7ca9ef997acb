/** Every request that pages make, one function each. */

import { ask, sendFile, tell } from './client'
import type * as Form from './forms'

type Signal = AbortSignal | undefined

export const health = () => ask<Form.Health>('/api/health')
export const me = () => ask<Form.Me>('/api/me')
export const signIn = (name: string, password: string) => tell<Form.Me>('POST', '/api/sign-in', { name, password })
export const signOut = (everywhere = false) => tell<void>('POST', '/api/sign-out', { everywhere })
export const changePassword = (old: string, fresh: string) =>
  tell<Form.Me>('POST', '/api/password', { old, new: fresh })
export const statePurpose = (stated: { purpose: string; purpose_kind: Form.PurposeKind; reference: string }) =>
  tell<Form.Me>('PUT', '/api/context', stated)

export const clusters = (asked: Form.Question, signal?: Signal) =>
  ask<Form.Clusters>('/api/clusters', { ...asked }, signal)
export const why = (row: string, signal?: Signal, asked: Record<string, string | readonly string[]> = {}) =>
  ask<Form.Why>(`/api/why/${encodeURIComponent(row)}`, asked, signal)

export const groups = (asked: Pick<Form.Question, 'known_on' | 'names'>, signal?: Signal) =>
  ask<Form.Groups>('/api/groups', { ...asked }, signal)
export const group = (id: string, asked: Pick<Form.Question, 'known_on' | 'names'>, signal?: Signal) =>
  ask<Form.Groups>(`/api/groups/${encodeURIComponent(id)}`, { ...asked }, signal)
export const confirmGroup = (said: {
  row: string
  purpose: string
  review: string
  name: string
  without: string[]
}) => tell<Form.GroupDone>('POST', '/api/groups', said)
export const changeGroup = (
  id: string,
  said: { reason: string; drop: string[]; add: string[]; purpose?: string; review?: string; name?: string },
) => tell<Form.GroupDone>('PATCH', `/api/groups/${encodeURIComponent(id)}`, said)
export const dissolveGroup = (id: string, reason: string) =>
  tell<Form.GroupDone>('POST', `/api/groups/${encodeURIComponent(id)}/dissolve`, { reason })
export const clusterTies = (row: string, asked: Form.Question, signal?: Signal) =>
  ask<Form.TiesFound>(`/api/clusters/${encodeURIComponent(row)}/ties`, { ...asked }, signal)
export const groupTies = (id: string, asked: Form.Question, signal?: Signal) =>
  ask<Form.TiesFound>(`/api/groups/${encodeURIComponent(id)}/ties`, { ...asked }, signal)

export const makeBriefing = (asked: Form.BriefingAsked) => tell<Form.BriefingMade>('POST', '/api/briefings', asked)
export const products = (signal?: Signal) => ask<Form.Products>('/api/products', {}, signal)
export const approveProduct = (id: string) =>
  tell<{ product: string; expires: string }>('POST', `/api/products/${encodeURIComponent(id)}/approve`)

export const crossBorder = (asked: Form.Question & { kind?: string }, signal?: Signal) =>
  ask<Form.CrossBorder>('/api/cross-border', { ...asked }, signal)
export const sharedThings = (row: string, asked: Pick<Form.Question, 'names'>, signal?: Signal) =>
  ask<Form.SharedThings>(`/api/cross-border/${encodeURIComponent(row)}/shared`, { ...asked }, signal)

export const mappings = (signal?: Signal) => ask<Form.Rows<{ name: string }>>('/api/mappings', {}, signal)
export const importDrafts = (signal?: Signal) => ask<Form.Rows<Form.ImportDraft>>('/api/imports', {}, signal)
export const importDraft = (id: string, signal?: Signal) => ask<Form.ImportDraft>(`/api/imports/${id}`, {}, signal)
export const beginImport = (mapping: string, encoding: string | null) =>
  tell<Form.ImportDraft>('POST', '/api/imports', { mapping, encoding })
export const sendImportFile = (id: string, file: File) =>
  sendFile<Form.ImportDraft>(`/api/imports/${id}/files/${encodeURIComponent(file.name)}`, file)
export const checkImport = (id: string) => tell<Form.Job>('POST', `/api/imports/${id}/check`)
export const loadImport = (id: string) => tell<Form.Job>('POST', `/api/imports/${id}/load`)
export const discardImport = (id: string) => tell<void>('DELETE', `/api/imports/${id}`)
export const job = (id: string, signal?: Signal) => ask<Form.Job>(`/api/jobs/${id}`, {}, signal)

export const methods = (signal?: Signal) => ask<Form.Rows<{ name: string; title: string }>>('/api/methods', {}, signal)
export const method = (name: string, signal?: Signal) =>
  ask<Form.Method>(`/api/methods/${encodeURIComponent(name)}`, {}, signal)
