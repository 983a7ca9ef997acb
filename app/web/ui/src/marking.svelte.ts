/** The marking of every page, as the service's settings state it. */

import * as requests from './api/requests'

const AGAIN_MS = 3_000

class Marking {
  text = $state('')

  async find(): Promise<void> {
    try {
      this.text = (await requests.health()).marking
    } catch {
      // The shell says that the service cannot be reached; no page stays without its marking once it can.
      setTimeout(() => void this.find(), AGAIN_MS)
      return
    }
    onPaper(this.text)
  }
}

export const marking = new Marking()

/** Print it at the top and the foot of each sheet; the policy of the service allows no style in a page's text. */
function onPaper(text: string): void {
  const sheet = new CSSStyleSheet()
  const said = quoted(text)
  sheet.replaceSync(`@page {
    @top-center { content: ${said}; font: 700 10pt sans-serif; }
    @bottom-center { content: ${said} " \\2013  page " counter(page); font: 700 10pt sans-serif; }
  }`)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
}

/** Any text as a string of a style sheet: each sign by its number, so that none of them means anything. */
function quoted(text: string): string {
  return `"${[...text].map((sign) => `\\${(sign.codePointAt(0) ?? 63).toString(16)} `).join('')}"`
}
