import type { DataSource } from "../../contracts/data-source.ts";
import type { DvcCache, DvcCacheFile } from "./dvc-cache.ts";

/**
 * A file of a DVC cache as a source of rows: verified, then read in place by a source of its kind. In lineage it is `dvc:<path>#<md5>`.
 *
 * @param open - Makes the source that reads a file, as in `csvFile` or `parquetSource`; the file in the cache has no ending.
 *
 * Errors when read: `blob/corrupt`, `blob/not-found`, and those of the source.
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { csvFile } from "sluice/backends/fs";
 * import { dvcAdd, dvcCache, dvcSource } from "sluice/interop/dvc";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dvc-"));
 * await writeFile(join(folder, "trips.csv"), "trip,km\n1,12\n");
 * const out = await dvcAdd(join(folder, "trips.csv"), { cache: join(folder, "cache") });
 * const cache = dvcCache({ path: join(folder, "cache") });
 * for (const file of await cache.files(out)) {
 *   const source = dvcSource(cache, file, csvFile);
 *   for await (const { table } of source.batches({ km: { tag: "f64", nullable: false } })) {
 *     if (table.rowCount !== 1) throw new Error("one row expected");
 *   }
 * }
 * ```
 */
export function dvcSource(cache: DvcCache, file: DvcCacheFile, open: (path: string) => DataSource): DataSource {
  const inner = open(file.cachePath);
  return {
    describe: () => ({ uri: `dvc:${file.path}#${file.md5}`, kind: inner.describe().kind }),
    nulls: inner.nulls,
    batches: async function* (columns, options) {
      await cache.verify(file, options);
      yield* inner.batches(columns, options);
    },
    digest: (options) => inner.digest(options),
  };
}
