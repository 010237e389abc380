/** The characters with Unicode's property White_Space (unchanged since Unicode 6.3), written out so that no runtime's tables matter. */
const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** A text without white space at both ends. It is looked at from its ends: a search for a run that ends the text would try every run within it, at the square of its length. */
export function trimText(text: string): string {
  let first = 0;
  let end = text.length;
  while (first < end && space.test(text.charAt(first))) first++;
  while (end > first && space.test(text.charAt(end - 1))) end--;
  return text.slice(first, end);
}

/** A … Z as a … z, nothing else: no locale, no tables. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** a … z as A … Z, nothing else. */
export function upperAscii(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
