/** One answer that changes with the question: the one before is given up and never shown again. */

import { asProblem, type Problem } from '../api/problem'

const QUICK_MS = 150

export class Answer<T> {
  value = $state.raw<T | null>(null)
  problem = $state.raw<Problem | null>(null)
  pending = $state(false)
  #turn: AbortController | null = null

  /** Ask; whoever asks again while this is pending waits a moment, for quick changes ask for nothing in between. */
  ask(load: (signal: AbortSignal) => Promise<T>): void {
    const hurried = this.#turn !== null
    this.drop()
    const turn = new AbortController()
    this.#turn = turn
    this.pending = true
    setTimeout(() => void this.#load(turn, load), hurried ? QUICK_MS : 0)
  }

  /** Give up what is asked for, and forget what was answered. */
  drop(): void {
    this.#turn?.abort()
    this.#turn = null
    this.value = null
    this.problem = null
    this.pending = false
  }

  async #load(turn: AbortController, load: (signal: AbortSignal) => Promise<T>): Promise<void> {
    if (turn.signal.aborted) return
    try {
      const value = await load(turn.signal)
      if (turn.signal.aborted) return
      this.value = value
    } catch (error) {
      if (turn.signal.aborted) return
      this.problem = asProblem(error)
    }
    this.pending = false
    this.#turn = null
  }
}
