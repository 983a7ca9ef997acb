/** Days and hours as people here write them. */

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })
const HOUR = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })

/** A day as the service gives it: whole, or its month alone where a source is protected. */
export function inDays(day: string | null): string {
  if (!day) return ''
  const whole = day.length > 7
  const at = new Date(`${day}${whole ? '' : '-01'}T00:00:00Z`)
  return Number.isNaN(at.valueOf()) ? day : (whole ? DAY : MONTH).format(at)
}

/** From when to when something held. */
export function span(from: string | null, to: string | null): string {
  if (!from && !to) return 'undated'
  if (from === to) return inDays(from)
  if (!to) return `from ${inDays(from)}`
  return from ? `${inDays(from)} to ${inDays(to)}` : `until ${inDays(to)}`
}

export function atHour(time: Date): string {
  return HOUR.format(time)
}

/** Some days from a day, in the form that a field of a date takes. */
export function daysAfter(day: Date, days: number): string {
  const then = new Date(day.valueOf() + days * 86_400_000)
  return then.toISOString().slice(0, 10)
}

/** Seconds in the largest unit that says enough. */
export function inMinutes(seconds: number): string {
  if (seconds < 60) return counted(Math.max(1, Math.ceil(seconds)), 'second')
  return counted(Math.ceil(seconds / 60), 'minute')
}

/** Seconds in hours, where they are whole ones. */
export function inHours(seconds: number): string {
  return seconds % 3_600 ? inMinutes(seconds) : counted(seconds / 3_600, 'hour')
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`
}
