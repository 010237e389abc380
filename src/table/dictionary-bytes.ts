import { SluiceError } from "../core/errors.ts";

/** A dictionary as UTF-8, one entry after the other, and where each ends. Throws `table/unsupported-type` for a lone surrogate. */
export function dictionaryBytes(
  name: string,
  dictionary: readonly string[],
): { readonly text: Uint8Array; readonly ends: Int32Array } {
  const joined = dictionary.join("");
  const text = new TextEncoder().encode(joined);
  if (text.length > 0x7fffffff) throw tooMuchText(name, text.length);
  const ends = new Int32Array(dictionary.length);
  const plain = text.length === joined.length;
  let at = 0;
  for (let i = 0; i < ends.length; i++) {
    const entry = dictionary[i] as string;
    at += plain ? entry.length : utf8Length(name, entry);
    ends[i] = at;
  }
  return { text, ends };
}

/** The entries of a dictionary from its UTF-8 and the ends of the entries. */
export function readDictionaryBytes(text: Uint8Array, ends: Int32Array): string[] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const joined = decoder.decode(text);
  const plain = joined.length === text.length;
  const dictionary: string[] = new Array(ends.length);
  let from = 0;
  for (let i = 0; i < ends.length; i++) {
    const end = ends[i] as number;
    dictionary[i] = plain ? joined.slice(from, end) : decoder.decode(text.subarray(from, end));
    from = end;
  }
  return dictionary;
}

function utf8Length(name: string, entry: string): number {
  let bytes = entry.length;
  for (let i = 0; i < entry.length; i++) {
    const unit = entry.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 2;
    else {
      const next = unit < 0xdc00 ? entry.charCodeAt(i + 1) : 0;
      if (!(next >= 0xdc00 && next <= 0xdfff)) throw malformedText(name, entry);
      bytes += 2;
      i++;
    }
  }
  return bytes;
}

function malformedText(name: string, entry: string): SluiceError {
  return new SluiceError("table/unsupported-type", {
    found: `text with a lone surrogate in column "${name}": ${JSON.stringify(entry.slice(0, 40))}`,
    expected: "well-formed Unicode text",
    fix: "Repair the text where it comes from, for example with String.prototype.toWellFormed.",
  });
}

function tooMuchText(name: string, bytes: number): SluiceError {
  return new SluiceError("table/unsupported-type", {
    found: `${bytes} bytes of text in one part of column "${name}"`,
    expected: "at most 2 GiB",
    fix: "Keep texts of this size as files, and their digests in the table.",
  });
}
