/** Of one name; WeCom's own are shorter, and a query is never longer. */
export const NAME_LENGTH_MAX = 100;

/** As names are compared: width, case and spaces make no difference. */
export function normaliseName(name: string): string {
  const text = name.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
  return [...text].slice(0, NAME_LENGTH_MAX).join('').trimEnd();
}

/** All runs of one and of two letters in the lines of a text, each once. */
export function gramsOf(lines: string): Set<string> {
  const grams = new Set<string>();
  for (const line of lines.split('\n')) {
    let before = '';
    for (const letter of line) {
      grams.add(letter);
      if (before) grams.add(before + letter);
      before = letter;
    }
  }
  return grams;
}

/** The grams that everything containing this text has: the text itself when it is so short, else its runs of two. */
export function gramsToFind(text: string): string[] {
  const letters = [...text];
  if (letters.length <= 2) return letters.length === 0 ? [] : [text];
  return [...new Set(letters.slice(1).map((letter, index) => `${letters[index]}${letter}`))];
}
