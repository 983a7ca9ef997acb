/** As much of Markdown as the methods are written in, cut into blocks of plain text. */

export interface Piece {
  sort: 'text' | 'code' | 'strong' | 'emphasis'
  text: string
}

export type Block =
  | { sort: 'heading'; level: number; pieces: Piece[] }
  | { sort: 'paragraph'; pieces: Piece[] }
  | { sort: 'list'; numbered: boolean; items: Piece[][] }
  | { sort: 'table'; head: Piece[][]; rows: Piece[][][] }
  | { sort: 'code'; text: string }

const HEADING = /^(#{1,6})\s+(.*)$/
const ITEM = /^(?:[-*]|(\d+)\.)\s+(.*)$/
const RULE = /^\|?[\s:|-]+\|?$/

export function blocksOf(markdown: string): Block[] {
  const lines = markdown.split('\n')
  const blocks: Block[] = []
  let at = 0
  const run = (fits: (line: string) => boolean): string[] => {
    const from = at
    while (at < lines.length && fits(lines[at] ?? '')) at += 1
    return lines.slice(from, at)
  }
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const heading = HEADING.exec(line)
    if (!line.trim()) {
      at += 1
    } else if (heading) {
      at += 1
      blocks.push({ sort: 'heading', level: heading[1]?.length ?? 1, pieces: piecesOf(heading[2] ?? '') })
    } else if (line.startsWith('```')) {
      at += 1
      const text = run((one) => !one.startsWith('```')).join('\n')
      at += 1
      blocks.push({ sort: 'code', text })
    } else if (line.startsWith('    ')) {
      const text = run((one) => one.startsWith('    ') || !one.trim()).map((one) => one.slice(4))
      blocks.push({ sort: 'code', text: text.join('\n').trimEnd() })
    } else if (line.startsWith('|')) {
      blocks.push(tableOf(run((one) => one.startsWith('|'))))
    } else if (ITEM.test(line)) {
      blocks.push(listOf(run((one) => ITEM.test(one) || /^\s+\S/.test(one))))
    } else {
      const text = run((one) => Boolean(one.trim()) && !HEADING.test(one) && !one.startsWith('|') && !ITEM.test(one))
      // A line that begins like nothing known is a paragraph of its own.
      blocks.push({ sort: 'paragraph', pieces: piecesOf((text.length ? text : [line]).join(' ')) })
      if (!text.length) at += 1
    }
  }
  return blocks
}

function tableOf(lines: string[]): Block {
  const rows = lines.filter((line) => !RULE.test(line)).map(cellsOf)
  return { sort: 'table', head: rows[0] ?? [], rows: rows.slice(1) }
}

function cellsOf(line: string): Piece[][] {
  const inside = line.trim().replace(/^\||\|$/g, '')
  return inside.split('|').map((cell) => piecesOf(cell.trim()))
}

function listOf(lines: string[]): Block {
  const items: string[] = []
  for (const line of lines) {
    const item = ITEM.exec(line)
    if (item) items.push(item[2] ?? '')
    else items.push(`${items.pop() ?? ''} ${line.trim()}`)
  }
  return { sort: 'list', numbered: /^\d/.test(lines[0] ?? ''), items: items.map(piecesOf) }
}

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  // Links lead to files of the project, which are not served: their words stay.
  const plain = text.replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
  for (const part of plain.split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*)/)) {
    if (part.startsWith('`') && part.length > 1) pieces.push({ sort: 'code', text: part.slice(1, -1) })
    else if (part.startsWith('**') && part.length > 3) pieces.push({ sort: 'strong', text: part.slice(2, -2) })
    else if (part.startsWith('*') && part.length > 2) pieces.push({ sort: 'emphasis', text: part.slice(1, -1) })
    else if (part) pieces.push({ sort: 'text', text: part })
  }
  return pieces
}
