import { isBoundary } from "./code-points.ts";

/** 1 where a text begins with another, code point by code point: half of a surrogate pair is no beginning. */
export function startsWithText(text: string, part: string): number {
  return text.startsWith(part) && isBoundary(text, part.length) ? 1 : 0;
}

/** 1 where a text ends with another, code point by code point. */
export function endsWithText(text: string, part: string): number {
  return text.endsWith(part) && isBoundary(text, text.length - part.length) ? 1 : 0;
}

/** 1 where a text contains another, code point by code point. */
export function containsText(text: string, part: string): number {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    if (isBoundary(text, at) && isBoundary(text, at + part.length)) return 1;
    if (at >= text.length) return 0;
  }
  return 0;
}
