/** Files that the service sent inside an answer. */

import type { SentFile } from './api/forms'

export function bytesOf(file: SentFile): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0))
}

export function save(file: SentFile): void {
  saveAs(file.name, new Blob([bytesOf(file)], { type: file.media_type }))
}

export function saveAs(name: string, content: Blob): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(address), 30_000)
}

export interface Preview {
  page: string
  style: string
}

/**
 * A briefing's page in two parts. These pages' policy allows no style inside a document, so its style is handed over
 * apart, and widths of columns are set when it is shown. Its own policy would shut that out, too.
 */
export function asPreview(file: SentFile): Preview {
  const text = new TextDecoder().decode(bytesOf(file))
  const styles = [...text.matchAll(/<style>([^]*?)<\/style>/g)].map((found) => found[1] ?? '')
  const page = text
    .replace(/<style>[^]*?<\/style>/g, '')
    .replace(/<meta http-equiv="[^"]*" content="[^"]*">/g, '')
    .replace(/<col style="width:([\d.]+%)">/g, '<col data-width="$1">')
  return { page, style: styles.join('\n') }
}

/** Dress a preview that has been loaded into a frame. */
export function dress(frame: HTMLIFrameElement, style: string): void {
  const inside = frame.contentWindow as (Window & typeof globalThis) | null
  const held = frame.contentDocument
  if (!inside || !held) return
  const sheet = new inside.CSSStyleSheet()
  sheet.replaceSync(style)
  held.adoptedStyleSheets = [sheet]
  for (const column of held.querySelectorAll<HTMLElement>('col[data-width]')) {
    column.style.width = column.dataset['width'] ?? ''
  }
}
