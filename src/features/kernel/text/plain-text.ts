/** The characters with Unicode's property White_Space (unchanged since Unicode 6.3), written out so that no runtime's tables matter. */
const space = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
const edges = new RegExp(`^${space}|${space}$`, "g");

/** A text without white space at both ends. */
export function trimText(text: string): string {
  return text.replace(edges, "");
}

/** A … Z as a … z, nothing else: no locale, no tables. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** a … z as A … Z, nothing else. */
export function upperAscii(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
