/** The last answer on peer clusters: from the list to one of them and on, without finding them anew. */

import type { Cluster, Clusters, Question } from './api/forms'
import * as requests from './api/requests'
import { Problem } from './api/problem'

let kept: { question: string; turn: number; answer: Clusters } | null = null

export async function findClusters(question: Question, turn: number, signal: AbortSignal): Promise<Clusters> {
  const answer = await requests.clusters(question, signal)
  kept = { question: JSON.stringify(question), turn, answer }
  return answer
}

export interface FoundCluster {
  cluster: Cluster
  number: number
  answer: Clusters
}

export async function findCluster(
  id: string,
  question: Question,
  turn: number,
  signal: AbortSignal,
): Promise<FoundCluster> {
  const same = kept?.turn === turn && kept.question === JSON.stringify(question)
  const found = same && kept ? among(id, kept.answer) : null
  const cluster = found ?? among(id, await findClusters(question, turn, signal))
  if (!cluster) {
    throw new Problem({ type: '/problems/not-found', status: 404, title: 'This peer cluster is gone' })
  }
  return cluster
}

/** What was asked must not outlive whoever asked it. */
export function forgetClusters(): void {
  kept = null
}

function among(id: string, answer: Clusters): FoundCluster | null {
  const n = answer.rows.findIndex((row) => row.id === id)
  const cluster = answer.rows[n]
  return cluster ? { cluster, number: n + 1, answer } : null
}
