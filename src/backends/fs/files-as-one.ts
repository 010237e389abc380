import { stat } from "node:fs/promises";
import type { DataSource } from "../../contracts/data-source.ts";
import { type Digest, digestOfJson } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { fileDigest } from "./file-bytes.ts";

/** A file as it was when its digest was taken. */
export interface FileInSet {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly digest: Digest;
}

/** Files one after the other, as one source. They must have the same columns, in any order. */
export function filesAsOne(uri: string, files: readonly FileInSet[], open: (path: string) => DataSource): DataSource {
  const sources = files.map(({ path }) => open(path));
  return {
    describe: () => ({ uri, kind: "files" }),
    nulls: sources.every(({ nulls }) => nulls === "exact") ? "exact" : "single",
    batches: async function* (columns, options) {
      let expected: { readonly path: string; readonly names: ReadonlySet<string> } | undefined;
      let bytesBefore = 0;
      for (const [i, { path, size }] of files.entries()) {
        for await (const batch of sources[i]?.batches(columns, options) ?? []) {
          const names = new Set(batch.sourceColumns ?? Object.keys(batch.table.columns));
          expected ??= { path, names };
          requireSameColumns(path, names, expected);
          yield { ...batch, bytesRead: bytesBefore + (batch.bytesRead ?? 0) };
        }
        bytesBefore += size;
      }
    },
    digest: async ({ signal } = {}) => {
      const digests: string[][] = [];
      for (const file of files) digests.push([file.path, await currentDigest(file, signal)]);
      return digestOfJson({ files: digests });
    },
  };
}

/** The known digest while size and time of change are as they were, else that of the bytes as they are. */
async function currentDigest(file: FileInSet, signal: AbortSignal | undefined): Promise<Digest> {
  const now = await stat(file.path).catch(() => undefined);
  return now?.size === file.size && now.mtimeMs === file.mtimeMs ? file.digest : await fileDigest(file.path, signal);
}

function requireSameColumns(
  path: string,
  names: ReadonlySet<string>,
  expected: { readonly path: string; readonly names: ReadonlySet<string> },
): void {
  const missing = [...expected.names].filter((name) => !names.has(name));
  const added = [...names].filter((name) => !expected.names.has(name));
  if (missing.length === 0 && added.length === 0) return;
  const parts = [
    ...(missing.length > 0 ? [`without the columns ${missing.join(", ")}`] : []),
    ...(added.length > 0 ? [`with the new columns ${added.join(", ")}`] : []),
  ];
  throw new SluiceError("data/schema-mismatch", {
    found: `${path} ${parts.join(" and ")}`,
    expected: `the columns of ${expected.path}: ${[...expected.names].join(", ")}`,
    fix: "Bring the file into that form, or collect files of each form by a set of their own.",
  });
}
