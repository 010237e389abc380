/** Whether position `at` of a text lies between two code points, not inside a surrogate pair. */
export function isBoundary(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return true;
  return !(isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1)));
}

/** The number of code points; a lone surrogate counts as one. */
export function codePointLength(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at = next(text, at)) count += 1;
  return count;
}

/** The code points from `start` up to `end`, which is left out; negative ones count from the end. */
export function sliceCodePoints(text: string, start: number, end?: number): string {
  const length = start < 0 || (end !== undefined && end < 0) ? codePointLength(text) : 0;
  const from = start < 0 ? Math.max(0, length + start) : start;
  const to = end === undefined ? Number.POSITIVE_INFINITY : end < 0 ? length + end : end;
  if (!(from < to)) return "";
  let at = 0;
  let count = 0;
  for (; count < from && at < text.length; count++) at = next(text, at);
  const first = at;
  for (; count < to && at < text.length; count++) at = next(text, at);
  return text.slice(first, at);
}

function next(text: string, at: number): number {
  return isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? at + 2 : at + 1;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
