import { malformedCsv } from "./csv-errors.ts";

const lineFeed = 10;
const carriageReturn = 13;
const quote = 34;

/** The length of a UTF-8 byte order mark, if there is one. Throws `data/malformed-source` for UTF-16. */
export function markLength(bytes: Uint8Array): number {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) throw malformedCsv("text in UTF-16", "UTF-8", "Save the file as UTF-8.");
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/**
 * The byte that ends lines, from a file's first bytes: a carriage return only where the first line ends in one and no line feed is near;
 * `undefined` where no line ends in these bytes and more will follow.
 */
export function lineEnd(bytes: Uint8Array, final: boolean): number | undefined {
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) quoted = !quoted;
    else if (byte === lineFeed && !quoted) return lineFeed;
    else if (byte === carriageReturn && !quoted) return bytes.includes(lineFeed, at) ? lineFeed : carriageReturn;
  }
  return final ? lineFeed : undefined;
}
