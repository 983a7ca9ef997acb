/** Who is signed in, what for, and how long it still lasts. */

import { watcher } from './api/client'
import type { Act, Me, PurposeKind } from './api/forms'
import { Problem } from './api/problem'
import * as requests from './api/requests'
import { inMinutes } from './words/days'

const WARNED_MS = 3 * 60_000

export type Ending = 'idle' | 'absolute'

class Visit {
  me = $state.raw<Me | null>(null)
  /** Whether it is known yet who is signed in. */
  known = $state(false)
  /** Why nobody is signed in any more, for the sign-in page. */
  farewell = $state('')
  /** Seconds until the session ends, once that is close; null before. */
  endsInS = $state<number | null>(null)
  ending = $state<Ending>('idle')
  /** Rises when what may be seen has changed, so that pages ask again. */
  turn = $state(0)
  /** Somebody waits for the password to be given again. */
  again = $state.raw<((given: boolean) => void) | null>(null)
  /** Why the service itself could not be asked who is signed in. */
  trouble = $state.raw<Problem | null>(null)

  #used = Date.now()
  /** When the session ends in any case, by this computer's clock: the service tells what is left of it. */
  #until = Infinity

  constructor() {
    watcher.used = () => {
      this.#used = Date.now()
      if (this.ending === 'idle') this.endsInS = null
    }
    watcher.refused = (problem) => this.#refused(problem)
    setInterval(() => this.#look(), 5_000)
  }

  may(act: Act): boolean {
    return this.me?.may.includes(act) ?? false
  }

  async find(): Promise<void> {
    this.trouble = null
    try {
      this.#take(await requests.me())
    } catch (error) {
      if (error instanceof Problem && error.kind !== 'not-signed-in') this.trouble = error
      this.me = null
    }
    this.known = true
  }

  async signIn(name: string, password: string): Promise<void> {
    this.#take(await requests.signIn(name, password))
    this.farewell = ''
  }

  async signOut(everywhere = false): Promise<void> {
    try {
      await requests.signOut(everywhere)
    } finally {
      this.#leave(everywhere ? 'You are signed out everywhere.' : 'You are signed out.')
    }
  }

  async changePassword(old: string, fresh: string): Promise<void> {
    this.#take(await requests.changePassword(old, fresh))
  }

  async statePurpose(stated: { purpose: string; purpose_kind: PurposeKind; reference: string }): Promise<void> {
    this.#take(await requests.statePurpose(stated))
    this.turn += 1
  }

  async stay(): Promise<void> {
    try {
      this.#take(await requests.me())
    } catch {
      // What was refused has been told by the watcher already; what was not answered leaves the warning.
    }
  }

  /** Do something that needs a sign-in of the last ten minutes; ask for the password where it is older. */
  async recently<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (error) {
      if (!(error instanceof Problem) || error.kind !== 'sign-in-too-old') throw error
      const given = await new Promise<boolean>((resolve) => (this.again = resolve))
      this.again = null
      if (!given) throw error
      return await act()
    }
  }

  #take(me: Me): void {
    watcher.csrf = me.csrf
    this.me = me
    this.#until = Date.now() + me.left_s * 1_000
    this.known = true
    this.endsInS = null
  }

  #refused(problem: Problem): void {
    if (!this.me) return
    if (problem.kind === 'not-signed-in' && !this.again) {
      this.#leave('Your session has ended. Sign in again to go on: the address still leads to the same page.')
    } else if (problem.kind === 'password-change-needed' || problem.kind === 'purpose-missing') {
      void this.find()
    }
  }

  #leave(farewell: string): void {
    watcher.csrf = ''
    this.me = null
    this.again = null
    this.endsInS = null
    this.farewell = farewell
  }

  #look(): void {
    if (!this.me) return
    const now = Date.now()
    const idle = this.#used + this.me.idle_s * 1_000 - now
    const absolute = this.#until - now
    const left = Math.min(idle, absolute)
    this.ending = absolute < idle ? 'absolute' : 'idle'
    // A computer that slept has a clock that jumped: when the session ends in any case is the service's to say.
    if (idle <= 0) this.#leave(`Your session has ended, because nothing was asked for since ${inMinutes(this.me.idle_s)}.`)
    else this.endsInS = left <= WARNED_MS ? Math.max(0, Math.ceil(left / 1_000)) : null
  }
}

export const visit = new Visit()
