/** Parts of a method's page that are printed on the map. */

const PARTS = ['What it does', 'What it does not mean'] as const

/** The named parts of a Markdown text, each without the sections of others. */
export function partsOf(text: string): { title: string; text: string }[] {
  const sections = text.split(/^(?=## )/m)
  return PARTS.flatMap((title) => {
    const held = sections.find((section) => section.startsWith(`## ${title}\n`))
    return held ? [{ title, text: held.slice(held.indexOf('\n') + 1) }] : []
  })
}
