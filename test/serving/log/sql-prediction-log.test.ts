import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fsBlobs } from "../../../src/backends/fs/fs-blob-store.ts";
import { sqliteMetadata } from "../../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { PredictionBatch, Role } from "../../../src/contracts/prediction-log.ts";
import { digestOfJson } from "../../../src/core/digest.ts";
import { SqlPredictionLog } from "../../../src/serving/log/sql-prediction-log.ts";
import { servingMigrations } from "../../../src/serving/serving-migrations.ts";
import { predictionLogContract } from "../../../src/testing/prediction-log-contract.ts";

async function withLog(test: (log: SqlPredictionLog, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-log-"));
  const metadata = sqliteMetadata({ path: join(folder, "meta.db") });
  try {
    await metadata.migrate([servingMigrations]);
    await test(new SqlPredictionLog({ metadata, blobs: fsBlobs({ path: join(folder, "blobs") }) }), folder);
  } finally {
    await metadata.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function batch(from: number, rows: number, width: number = 3): PredictionBatch {
  const roles: readonly Role[] = ["champion", "challenger", "shadow"];
  const times = Float64Array.from({ length: rows }, (_, i) => from + i);
  return {
    model: "m",
    rows,
    ids: Array.from({ length: rows }, (_, i) => `id-${from + i}-é🚀`),
    timeMs: times,
    version: Int32Array.from(times, (time) => time % 3),
    certificates: { 1: digestOfJson("one"), 2: digestOfJson("two") },
    role: Array.from(times, (time) => roles[time % 3] ?? "champion"),
    share: Float64Array.from(times, () => 0.25),
    bucket: Float64Array.from(times, (time) => (time % 97) / 97),
    fellBack: Uint8Array.from(times, (time) => time % 2),
    featureNames: Array.from({ length: width }, (_, i) => `v.f${i}`),
    features: Float64Array.from(
      { length: rows * width },
      (_, i) => [Number.NaN, -0, 0.1, Number.POSITIVE_INFINITY, i][i % 5] ?? 0,
    ),
    statuses: Uint8Array.from({ length: rows * width }, (_, i) => i % 4),
    atMs: times,
    inputs: Array.from(times, (time) => `{"key":"k${time}ü"}`),
    outputNames: ["p"],
    outputs: Float64Array.from(times, (time) => time / 7),
  };
}

async function readAll(log: SqlPredictionLog, from: number, to: number): Promise<readonly PredictionBatch[]> {
  const batches: PredictionBatch[] = [];
  for await (const read of log.read("m", from, to)) batches.push(read);
  return batches;
}

for (const contractCase of predictionLogContract) {
  test(`contract: ${contractCase.name}`, () => withLog((log) => contractCase.run(log)));
}

test("a changed segment is refused", async () => {
  await withLog(async (log, folder) => {
    await log.append(batch(0, 10));
    const files = await readdir(join(folder, "blobs"), { recursive: true, withFileTypes: true });
    const file = files.find((entry) => entry.isFile());
    const path = join(file?.parentPath ?? "", file?.name ?? "");
    const bytes = await readFile(path);
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await expect(readAll(log, 0, 100)).rejects.toMatchObject({ code: "blob/corrupt" });
  });
});

test("a batch whose columns do not fit is refused and stores nothing", async () => {
  await withLog(async (log) => {
    const bad = { ...batch(0, 10), outputs: new Float64Array(9) };
    await expect(log.append(bad)).rejects.toMatchObject({ code: "argument/invalid" });
    await expect(log.append({ ...batch(0, 1), inputs: ["\ud800"] })).rejects.toMatchObject({
      code: "argument/invalid",
    });
    expect(await readAll(log, 0, 100)).toEqual([]);
  });
});

test("outcomes that come together share commits, and a bad one fails alone", async () => {
  await withLog(async (log, folder) => {
    const good = Array.from({ length: 200 }, (_, i) =>
      log.outcomes("m", [{ predictionId: `p${i}`, timeMs: i, values: { y: i } }]),
    );
    const bad = log.outcomes("m", [{ predictionId: "bad", timeMs: 1, values: { y: Number.NaN } }]);
    await expect(bad).rejects.toMatchObject({ code: "argument/invalid" });
    await Promise.all(good);
    expect((await log.readOutcomes("m")).size).toBe(200);
    const files = await readdir(join(folder, "blobs"), { recursive: true, withFileTypes: true });
    expect(files.filter((entry) => entry.isFile()).length).toBeLessThan(20);
  });
});
