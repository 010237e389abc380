import assert from "node:assert/strict";
import { memoryBlobs } from "../../../src/backends/memory/memory-blob-store.ts";
import { sqliteMetadata } from "../../../src/backends/sqlite/sqlite-metadata-store.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { bucketOf } from "../../../src/serving/assign.ts";
import { decodeSegment, encodeSegment } from "../../../src/ledger/segments/segment-codec.ts";
import { SqlPredictionLog } from "../../../src/serving/log/sql-prediction-log.ts";
import { servingMigrations } from "../../../src/serving/serving-migrations.ts";
import { predictionLogContract } from "../../../src/testing/prediction-log-contract.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** The runtime's part of serving: UTF-8, 32-bit arithmetic, typed arrays over bytes, and the log on SQLite. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "serving: every unit has the same bucket",
    run: () => {
      assert.equal(bucketOf("s", "🚀x"), 1724749506 / 2 ** 32);
      const buckets = Float64Array.from({ length: 1000 }, (_, i) => bucketOf("salt", `${i}-é\ud800${"x".repeat(i)}`));
      return digestOf(new Uint8Array(buckets.buffer));
    },
  },
  {
    name: "serving: a log segment has the same bytes and reads back",
    run: () => {
      const columns = { f: Float64Array.of(Number.NaN, -0, 1 / 3), u: Uint8Array.of(1, 2, 3), t: ["é", "", "🚀"] };
      const bytes = encodeSegment({ head: { b: 1, a: "ü" }, columns });
      const unaligned = new Uint8Array(bytes.length + 1).subarray(1);
      unaligned.set(bytes);
      const read = decodeSegment(unaligned);
      assert.deepEqual(read.columns, columns);
      assert.ok(Object.is((read.columns["f"] as Float64Array)[1], -0));
      return digestOf(bytes);
    },
  },
  ...predictionLogContract.map(
    (contractCase): RuntimeCase => ({
      name: `prediction log on SQLite: ${contractCase.name}`,
      run: async ({ tempDir }) => {
        const metadata = sqliteMetadata({ path: `${tempDir}/metadata.db` });
        await metadata.migrate([servingMigrations]);
        await contractCase.run(new SqlPredictionLog({ metadata, blobs: memoryBlobs() }));
        await metadata.close();
        return undefined;
      },
    }),
  ),
];
