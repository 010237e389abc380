import assert from "node:assert/strict";
import type { Outcome, PredictionBatch, PredictionLog, Role } from "../contracts/prediction-log.ts";
import { digestOf } from "../core/digest.ts";
import type { ContractCase } from "./contract-case.ts";

const roles: readonly Role[] = ["champion", "challenger", "shadow"];
const odd = [Number.NaN, -0, 0.1, Number.POSITIVE_INFINITY, Number.MIN_VALUE];

/** What every prediction log must do. A case gets an empty log of its own. */
export const predictionLogContract: readonly ContractCase<PredictionLog>[] = [
  { name: "what was appended is read back to the bit, text included", run: readsBack },
  { name: "a reading takes the rows of its time alone, in time order", run: readsATime },
  { name: "models are kept apart", run: keepsModelsApart },
  { name: "a follower sees every row once, in the order of storing, whatever the rows' times", run: follows },
  { name: "a batch without rows stores nothing", run: storesNothing },
  { name: "the last outcome of an id wins; outcomes at or after untilMs are left out", run: lastOutcomeWins },
  { name: "an outcome may come before its prediction, and true is not 1", run: outcomeComesFirst },
  { name: "outcomes stored at the same time are all there", run: storesTogether },
];

async function readsBack(log: PredictionLog): Promise<void> {
  const written = batchOf("m", 1000, 57);
  await log.append(written);
  const [read] = await readAll(log, "m", 0, 1e9);
  assert.ok(read !== undefined);
  assert.deepEqual({ ...read }, { ...written });
  assert.deepEqual(bitsOf(read.features), bitsOf(written.features));
}

async function readsATime(log: PredictionLog): Promise<void> {
  await log.append(batchOf("m", 200, 100));
  await log.append(batchOf("m", 100, 100));
  const read = await readAll(log, "m", 150, 250);
  assert.deepEqual(
    read.flatMap((batch) => [...batch.timeMs]),
    Array.from({ length: 100 }, (_, i) => 150 + i),
  );
  const ids = read.flatMap((batch) => [...batch.ids]);
  assert.deepEqual([ids[0], ids.at(-1)], ["m/150/é🚀", "m/249/é🚀"]);
  for (const batch of read) {
    assert.equal(batch.features.length, batch.rows * batch.featureNames.length);
    assert.equal(batch.inputs.length, batch.rows);
  }
  assert.deepEqual(await readAll(log, "m", 300, Number.POSITIVE_INFINITY), []);
  assert.equal((await readAll(log, "m", Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).length, 2);
}

async function keepsModelsApart(log: PredictionLog): Promise<void> {
  await log.append(batchOf("a", 0, 3));
  await log.append(batchOf("b", 0, 5));
  await log.outcomes("a", [outcome("x", 1, { y: 1 })]);
  await log.outcomes("b", [outcome("x", 1, { y: 2 })]);
  assert.deepEqual(
    (await readAll(log, "a", 0, 10)).map((batch) => batch.rows),
    [3],
  );
  assert.deepEqual((await log.readOutcomes("b")).get("x")?.values, { y: 2 });
}

async function follows(log: PredictionLog): Promise<void> {
  await log.append(batchOf("m", 200, 10));
  await log.append(batchOf("other", 0, 10));
  await log.append(batchOf("m", 100, 10));
  const read = async (fromSegment: number, fromMs: number): Promise<{ segment: number; ids: string | undefined }[]> => {
    const seen = [];
    for await (const { segment, batch } of log.follow("m", fromSegment, fromMs))
      seen.push({ segment, ids: `${batch.rows} from ${batch.ids[0]}` });
    return seen;
  };
  const [first, second, ...more] = await read(0, Number.NEGATIVE_INFINITY);
  assert.deepEqual([first?.ids, second?.ids, more.length], ["10 from m/200/é🚀", "10 from m/100/é🚀", 0]);
  const next = (first?.segment ?? 0) + 1;
  await log.append(batchOf("m", 0, 10));
  assert.deepEqual(
    (await read(next, Number.NEGATIVE_INFINITY)).map(({ ids }) => ids),
    ["10 from m/100/é🚀", "10 from m/0/é🚀"],
  );
  assert.deepEqual(
    (await read(next, 109)).map(({ ids }) => ids),
    ["10 from m/100/é🚀"],
  );
}

async function storesNothing(log: PredictionLog): Promise<void> {
  await log.append(batchOf("m", 0, 0));
  await log.outcomes("m", []);
  assert.deepEqual(await readAll(log, "m", 0, 10), []);
  assert.equal((await log.readOutcomes("m")).size, 0);
}

async function lastOutcomeWins(log: PredictionLog): Promise<void> {
  await log.outcomes("m", [outcome("a", 5, { late: true, minutes: 12.5 })]);
  await log.outcomes("m", [outcome("b", 6, { late: false }), outcome("a", 9, { late: false })]);
  const all = await log.readOutcomes("m");
  assert.deepEqual(all.get("a"), outcome("a", 9, { late: false }));
  assert.deepEqual(all.get("b"), outcome("b", 6, { late: false }));
  assert.deepEqual((await log.readOutcomes("m", 9)).get("a"), outcome("a", 5, { late: true, minutes: 12.5 }));
}

async function outcomeComesFirst(log: PredictionLog): Promise<void> {
  await log.outcomes("m", [outcome("m/7/é🚀", 3, { flag: true, number: 1 })]);
  await log.append(batchOf("m", 7, 1));
  assert.deepEqual((await log.readOutcomes("m")).get("m/7/é🚀")?.values, { flag: true, number: 1 });
}

async function storesTogether(log: PredictionLog): Promise<void> {
  await Promise.all(Array.from({ length: 100 }, (_, i) => log.outcomes("m", [outcome(`p${i}`, i, { y: i })])));
  assert.equal((await log.readOutcomes("m")).size, 100);
}

function outcome(predictionId: string, timeMs: number, values: Outcome["values"]): Outcome {
  return { predictionId, timeMs, values };
}

async function readAll(
  log: PredictionLog,
  model: string,
  fromMs: number,
  toMs: number,
): Promise<readonly PredictionBatch[]> {
  const batches: PredictionBatch[] = [];
  for await (const batch of log.read(model, fromMs, toMs)) batches.push(batch);
  return batches;
}

function bitsOf(values: Float64Array): BigUint64Array {
  return new BigUint64Array(values.slice().buffer);
}

function batchOf(model: string, from: number, rows: number): PredictionBatch {
  const timeMs = Float64Array.from({ length: rows }, (_, i) => from + i);
  return {
    model,
    rows,
    ids: Array.from(timeMs, (time) => `${model}/${time}/é🚀`),
    timeMs,
    version: Int32Array.from(timeMs, (time) => 1 + (time % 2)),
    certificates: { 1: digestOf("one"), 2: digestOf("two") },
    role: Array.from(timeMs, (time) => roles[time % 3] ?? "champion"),
    share: Float64Array.from(timeMs, () => 0.25),
    bucket: Float64Array.from(timeMs, (time) => (time % 97) / 97),
    fellBack: Uint8Array.from(timeMs, (time) => time % 2),
    featureNames: ["v.a", "v.b"],
    features: Float64Array.from({ length: rows * 2 }, (_, i) => odd[i % odd.length] ?? 0),
    statuses: Uint8Array.from({ length: rows * 2 }, (_, i) => i % 4),
    atMs: timeMs,
    inputs: Array.from(timeMs, (time) => `{"key":"k${time}ü"}`),
    outputNames: ["p"],
    outputs: Float64Array.from(timeMs, (time) => time / 7),
  };
}
