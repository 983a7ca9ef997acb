/** What is wrong with a form, beside the field it is wrong with. */

import { asProblem, inSentence, whatToDo } from './api/problem'

export interface Fault {
  /** Id of the field; none for the form as a whole. */
  field?: string
  text: string
}

/** What the service refused, as faults of the form that asked for it. */
export function faultsOf(error: unknown, fields: readonly string[] = []): Fault[] {
  const problem = asProblem(error)
  if (problem.fields.length) {
    return problem.fields.map(({ field, rule }) => {
      const name = field.split('.').find((part) => fields.includes(part))
      return name ? { field: name, text: inSentence(rule) } : { text: inSentence(`${field}: ${rule}`) }
    })
  }
  const said = inSentence(problem.message) || inSentence(problem.title)
  return [{ text: [said, whatToDo(problem)].filter(Boolean).join(' ') }]
}

export function faultOf(faults: readonly Fault[], field: string): string {
  return faults.find((fault) => fault.field === field)?.text ?? ''
}
