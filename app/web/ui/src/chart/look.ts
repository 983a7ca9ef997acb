/** How the chart is drawn: kind by shape and letter, doubt by dashes, never by colour alone. */

import type { StylesheetJson } from 'cytoscape'
import { KINDS } from './words'

const INK = '#0b0c0c'
const PETROL = '#173b4e'

function letter(text: string): string {
  const drawn =
    `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><text x="16" y="22" text-anchor="middle" ` +
    `font-family="Arial, sans-serif" font-size="17" font-weight="700" fill="${PETROL}">${text}</text></svg>`
  return `data:image/svg+xml;utf8,${encodeURIComponent(drawn)}`
}

/** Above so many entities edges take no clicks and labels wait until one is near. */
export const LARGE = 600

export function looks(large: boolean): StylesheetJson {
  return [
    {
      selector: 'node',
      style: {
        width: 36,
        height: 36,
        'background-color': '#fff',
        'border-width': 2,
        'border-color': PETROL,
        label: 'data(label)',
        color: INK,
        'font-family': 'system-ui, "Segoe UI", Arial, sans-serif',
        'font-size': 13,
        'text-valign': 'bottom',
        'text-margin-y': 3,
        'text-background-color': '#fff',
        'text-background-opacity': large ? 0 : 0.8,
        'text-max-width': '110px',
        // The letters at the end tell two of the same sort apart.
        'text-wrap': large ? 'ellipsis' : 'wrap',
        'min-zoomed-font-size': large ? 10 : 7,
        'overlay-opacity': 0,
      },
    },
    ...Object.entries(KINDS).map(([kind, { shape, letter: text }]) => ({
      selector: `node[kind = "${kind}"]`,
      style: {
        shape: shape as 'ellipse',
        'background-image': letter(text),
        'background-width': '100%',
        'background-height': '100%',
      },
    })),
    { selector: 'node.pinned', style: { 'border-style': 'double', 'border-width': 6 } },
    { selector: 'node.quiet', style: { opacity: 0.4 } },
    {
      selector: 'edge',
      style: {
        width: 1.6,
        'line-color': '#626a6e',
        'curve-style': large ? 'haystack' : 'bezier',
        'control-point-step-size': 26,
        label: large ? '' : 'data(label)',
        'font-family': 'system-ui, "Segoe UI", Arial, sans-serif',
        'font-size': 10,
        color: '#383f43',
        'text-rotation': 'autorotate',
        'text-background-color': '#fff',
        'text-background-opacity': 0.85,
        'text-background-padding': '1px',
        'min-zoomed-font-size': 9,
        'overlay-opacity': 0,
        events: large ? 'no' : 'yes',
      },
    },
    { selector: 'edge.directed', style: large ? {} : { 'target-arrow-shape': 'triangle', 'target-arrow-color': '#626a6e', 'arrow-scale': 0.9 } },
    { selector: 'edge.doubtful', style: { 'line-style': 'dashed' } },
    { selector: 'edge.way', style: { width: 5, 'line-color': '#4c2c92', 'target-arrow-color': '#4c2c92', 'z-index': 5 } },
    { selector: 'node.way', style: { 'border-color': '#4c2c92', 'border-width': 5 } },
    { selector: 'edge.chosen', style: { width: 6, 'line-color': INK, 'target-arrow-color': INK, 'z-index': 9 } },
    {
      selector: 'node.chosen',
      style: { 'background-color': '#ffdd00', 'border-color': INK, 'border-width': 4, width: 44, height: 44, 'z-index': 9 },
    },
  ] as StylesheetJson
}
