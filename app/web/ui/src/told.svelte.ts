/** What is said aloud to those who do not see the page change. */

class Told {
  sentence = $state('')

  say(sentence: string): void {
    // The same sentence twice is only heard where it was gone in between.
    this.sentence = ''
    setTimeout(() => (this.sentence = sentence), 60)
  }
}

export const told = new Told()
