import type { DataSource } from "../../contracts/data-source.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { type JsonLinesOptions, readJsonLines } from "../../table/json-lines/read-json-lines.ts";
import { pieces } from "./pieces.ts";

/** What a {@link jsonLinesSource} takes. */
export interface JsonLinesSourceOptions extends JsonLinesOptions {
  /** How the source is named in lineage. @default "jsonl" */
  readonly uri?: string;
}

/**
 * JSON lines in memory (text or bytes) as a source; for a file see `jsonLinesFile` of `sluice/backends/fs`. A line that is no object is a
 * faulty row, told by its line number. Errors when read: `data/malformed-source`.
 *
 * @example
 * ```ts
 * import { jsonLinesSource } from "sluice/data";
 * const source = jsonLinesSource('{"origin":"ATL","delay":3}\n{"origin":\n');
 * for await (const { faults } of source.batches({ delay: { tag: "f64", nullable: false } })) {
 *   if (faults[0]?.row !== 1) throw new Error("the second row is faulty");
 * }
 * ```
 */
export function jsonLinesSource(content: string | Uint8Array, options: JsonLinesSourceOptions = {}): DataSource {
  let digest: Digest | undefined;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return {
    describe: () => ({ uri: options.uri ?? "jsonl", kind: "jsonl" }),
    nulls: "exact",
    batches: (columns, { signal } = {}) => readJsonLines(pieces(bytes, signal), columns, options),
    digest: async () => {
      digest ??= digestOf(bytes);
      return digest;
    },
  };
}
