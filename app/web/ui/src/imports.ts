/** An import from the first file to its report: send, check, wait. */

import type { ImportReport, Job, Rejection } from './api/forms'
import { Problem } from './api/problem'
import * as requests from './api/requests'

export const ENCODINGS: readonly [string, string][] = [
  ['', 'UTF-8 (usual)'],
  ['cp1252', 'Windows (older Excel)'],
  ['utf-16', 'UTF-16'],
  ['iso-8859-15', 'ISO 8859-15'],
]

/** Wait for long work, telling each sentence of it. */
export async function finished(begun: Job, say: (sentence: string) => void): Promise<void> {
  let job = begun
  let pause = 150
  while (job.state === 'waiting' || job.state === 'running') {
    say(job.sentence)
    await new Promise((resolve) => setTimeout(resolve, pause))
    pause = Math.min(pause * 1.4, 2_000)
    job = await requests.job(job.id)
  }
  if (job.state === 'failed') throw new Problem(job.problem ?? { title: 'It was not finished', detail: job.sentence })
}

export async function sendFiles(draft: string, files: readonly File[], say: (sentence: string) => void): Promise<void> {
  for (const [n, file] of files.entries()) {
    say(`sending ${file.name}, ${n + 1} of ${files.length}`)
    await requests.sendImportFile(draft, file)
  }
}

export interface BrokenRule {
  rule: string
  rows: Rejection[]
}

/** Rejected rows by the rule they break, the most first. */
export function byRule(report: ImportReport): BrokenRule[] {
  const rules = new Map<string, Rejection[]>()
  for (const row of report.rejections) {
    const held = rules.get(row.rule)
    if (held) held.push(row)
    else rules.set(row.rule, [row])
  }
  return [...rules].map(([rule, rows]) => ({ rule, rows })).sort((a, b) => b.rows.length - a.rows.length)
}

export function inBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`
  const [size, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB']
  return `${size.toLocaleString('en-GB', { maximumFractionDigits: 1 })} ${unit}`
}
