import assert from "node:assert/strict";
import type { FeatureLog, ServedVectors } from "../contracts/served-vectors.ts";
import { digestOf } from "../core/digest.ts";
import type { ContractCase } from "./contract-case.ts";

const odd = [Number.NaN, -0, 0.1, Number.POSITIVE_INFINITY, Number.MIN_VALUE];

/** What every log of served vectors must do. A case gets an empty log of its own. */
export const featureLogContract: readonly ContractCase<FeatureLog>[] = [
  { name: "what was appended is read back to the bit, inputs included", run: readsBack },
  { name: "a reading takes the rows of its time alone: from inclusive, to exclusive", run: readsATime },
  { name: "a batch appended again is there once, for each service", run: storesOnce },
  { name: "meanings of a service are kept apart", run: keepsMeaningsApart },
  { name: "a batch without rows stores nothing", run: storesNothing },
  { name: "batches appended at the same time are all there, each once", run: storesTogether },
  { name: "what is forgotten is whole batches, counted, and newer ones stay", run: forgets },
];

async function readsBack(log: FeatureLog): Promise<void> {
  const written = servedOf("a", 1000, 57);
  await append(log, written);
  const [read, ...more] = await readAll(log, "a");
  assert.ok(read !== undefined && more.length === 0);
  assert.deepEqual({ ...read }, { ...written });
  assert.deepEqual(bitsOf(read.values), bitsOf(written.values));
}

async function readsATime(log: FeatureLog): Promise<void> {
  await append(log, servedOf("a", 100, 100));
  await append(log, servedOf("a", 200, 100));
  const read = await readAll(log, "a", 150, 250);
  const times = read.flatMap((served) => [...served.servedAtMs]).sort((a, b) => a - b);
  assert.deepEqual(
    times,
    Array.from({ length: 100 }, (_, i) => 150 + i),
  );
  for (const served of read) {
    assert.equal(served.values.length, served.rows * served.names.length);
    assert.deepEqual([...served.values.map(Math.abs)], [...valuesOf(served.servedAtMs).map(Math.abs)]);
    assert.deepEqual(served.inputs, inputsOf(served.servedAtMs));
  }
  assert.deepEqual(await readAll(log, "a", 300), []);
}

async function storesOnce(log: FeatureLog): Promise<void> {
  await log.append(servedOf("a", 0, 10), "same");
  await log.append(servedOf("b", 0, 10), "same");
  await log.append(servedOf("a", 0, 10), "same");
  await Promise.all([1, 2, 3].map(() => log.append(servedOf("a", 50, 1), "raced")));
  const rows = async (meaning: string) => (await readAll(log, meaning)).map((served) => served.rows);
  assert.deepEqual([await rows("a"), await rows("b")], [[10, 1], [10]]);
}

async function keepsMeaningsApart(log: FeatureLog): Promise<void> {
  await append(log, servedOf("a", 0, 3));
  await append(log, servedOf("b", 0, 5));
  assert.deepEqual(
    (await readAll(log, "b")).map(({ rows }) => rows),
    [5],
  );
  assert.deepEqual(await readAll(log, "c"), []);
}

async function storesNothing(log: FeatureLog): Promise<void> {
  await append(log, servedOf("a", 0, 0));
  assert.deepEqual(await readAll(log, "a"), []);
}

async function storesTogether(log: FeatureLog): Promise<void> {
  await Promise.all(Array.from({ length: 50 }, (_, i) => append(log, servedOf("a", i * 10, 10))));
  const times = (await readAll(log, "a")).flatMap((served) => [...served.servedAtMs]).sort((a, b) => a - b);
  assert.deepEqual(
    times,
    Array.from({ length: 500 }, (_, i) => i),
  );
}

async function forgets(log: FeatureLog): Promise<void> {
  await append(log, servedOf("a", 0, 10));
  await append(log, servedOf("b", 5, 10));
  await append(log, servedOf("a", 100, 10));
  assert.equal(await log.forget(0), 0);
  assert.equal(await log.forget(50), 20);
  assert.deepEqual(await readAll(log, "b"), []);
  assert.deepEqual(
    (await readAll(log, "a")).map((served) => served.servedAtMs[0]),
    [100],
  );
  await append(log, servedOf("b", 200, 1));
  assert.equal((await readAll(log, "b")).length, 1);
}

/** Appends as a batch of its own. */
async function append(log: FeatureLog, served: ServedVectors): Promise<void> {
  await log.append(served, `${served.service.hash}-${served.servedAtMs.join()}`);
}

async function readAll(
  log: FeatureLog,
  meaning: string,
  fromMs: number = Number.NEGATIVE_INFINITY,
  toMs: number = Number.POSITIVE_INFINITY,
): Promise<readonly ServedVectors[]> {
  const found: ServedVectors[] = [];
  for await (const served of log.read({ name: "s", hash: digestOf(meaning) }, fromMs, toMs)) found.push(served);
  return found;
}

function bitsOf(values: Float64Array): BigUint64Array {
  return new BigUint64Array(values.slice().buffer);
}

function valuesOf(times: Float64Array): Float64Array {
  return Float64Array.from({ length: times.length * 2 }, (_, i) => {
    const time = times[i >> 1] ?? 0;
    return i % 2 === 0 ? time / 7 : (odd[time % odd.length] ?? 0);
  });
}

function inputsOf(times: Float64Array): readonly string[] {
  return Array.from(times, (time) => `{"key":"k${time}ü🚀"}`);
}

function servedOf(meaning: string, from: number, rows: number): ServedVectors {
  const servedAtMs = Float64Array.from({ length: rows }, (_, i) => from + i);
  return {
    service: { name: "s", hash: digestOf(meaning) },
    rows,
    names: ["v.a", "v.b"],
    values: valuesOf(servedAtMs),
    statuses: Uint8Array.from({ length: rows * 2 }, (_, i) => i % 4),
    atMs: servedAtMs.map((ms) => ms - 1),
    servedAtMs,
    inputs: inputsOf(servedAtMs),
    predictionIds: Array.from(servedAtMs, (ms) => (ms % 2 === 0 ? "" : `p${ms}`)),
  };
}
