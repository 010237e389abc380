import { malformedCsv } from "./csv-errors.ts";
import { fieldKind, kindBits, type RecordBlock } from "./record-block.ts";

/** The names in a block's first record. Throws `data/malformed-source` for repeated names and for bytes that are no UTF-8. */
export function headerNames(bytes: Uint8Array, block: RecordBlock): string[] {
  const names: string[] = [];
  const repeated = new Set<string>();
  const seen = new Set<string>();
  for (let field = 0; field < block.fields; field++) {
    const mark = block.marks[field] as number;
    const text = decoded(bytes.subarray(mark >>> 2, block.ends[field]));
    const name = (mark & kindBits) === fieldKind.doubled ? text.replaceAll('""', '"') : text.trim();
    if (seen.has(name)) repeated.add(name);
    seen.add(name);
    names.push(name);
  }
  if (repeated.size === 0) return names;
  const list = [...repeated].map((name) => JSON.stringify(name)).join(", ");
  throw malformedCsv(
    `more than one field named ${list} in the header`,
    "different names",
    "Rename all but one of them, or pass { header: false } without the first line.",
  );
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw malformedCsv("a header with bytes that are no UTF-8", "UTF-8", "Save the file as UTF-8.");
  }
}
