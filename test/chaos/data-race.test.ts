import { expect, test } from "vitest";
import { columnOf } from "../../src/table/table.ts";
import { keyed, readings, tableOf } from "../data/versions/sample-dataset.ts";
import { type ScriptChild, startScript } from "../support/child-lines.ts";
import { type DataPlace, openAt } from "../support/data-store.ts";
import type { RaceOrder } from "../support/race-child.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const writesEach = 20;

/** Starts a process an order and lets all begin at once. */
async function race(orders: readonly RaceOrder[]): Promise<readonly ScriptChild[]> {
  const children = orders.map(() => startScript("race-child.ts"));
  await Promise.all(children.map((child) => child.firstLine));
  for (const [i, child] of children.entries()) child.tell(JSON.stringify(orders[i]));
  await Promise.all(children.map((child) => child.printed(2)));
  for (const child of children) child.tell("go");
  return children;
}

/** Lets writers wait for one another halfway, so that none has ended before another began. */
async function meetHalfway(writers: readonly ScriptChild[]): Promise<void> {
  await Promise.all(writers.map((writer) => writer.said("halfway")));
  for (const writer of writers) writer.tell("go on");
}

async function requireEnded(children: readonly ScriptChild[]): Promise<void> {
  for (const child of children) expect(await child.ended).toEqual({ code: 0, errors: "" });
}

/** What writers that race leave: each acknowledged write once in the log, all rows, no other. */
async function requireAllOnce(place: DataPlace, writers: readonly ScriptChild[]): Promise<void> {
  const acknowledged = writers.flatMap(({ lines }) =>
    lines.filter((line) => line.startsWith("acknowledged ")).map((line) => line.slice("acknowledged ".length)),
  );
  expect(acknowledged).toHaveLength(writers.length * writesEach);
  const { data, ledger, repository, close } = await openAt(place);
  const log = await data.log("keyed", { limit: 1000 });
  expect(log.map(({ message }) => message).toSorted()).toEqual(["base", ...acknowledged].toSorted());
  expect(log.every(({ parents }) => parents.length <= 1)).toBe(true);
  const table = await data.read("keyed");
  const ids = columnOf(table, "id", "f64").values;
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(5 + 2 * acknowledged.length);
  for (const { version } of log) expect((await repository.missingParts(version)).size).toBe(0);
  expect((await ledger.audit.verify()).valid).toBe(true);
  const decided = (await ledger.audit.read({ limit: 10_000 })).filter(({ kind }) => kind !== "data.collected");
  expect(decided).toHaveLength(log.length);
  await close();
}

async function begin(place: DataPlace): Promise<void> {
  const { data, close } = await openAt(place);
  await data.commit(keyed, [tableOf(readings(0, 5))], { message: "base" });
  await close();
}

async function twoWriters(newPlace: () => DataPlace): Promise<void> {
  for (const work of ["commit", "ingest", "stream"] as const) {
    const place = newPlace();
    await begin(place);
    const writers = await race(
      ["ada", "grace"].map((name, i) => ({ place, work, name, count: writesEach, firstId: 1000 * (i + 1) })),
    );
    await meetHalfway(writers);
    await requireEnded(writers);
    await requireAllOnce(place, writers);
    const names = await namesInOrder(place);
    expect(names.indexOf("grace"), "the two wrote at the same time").toBeLessThan(names.lastIndexOf("ada"));
    expect(names.indexOf("ada"), "the two wrote at the same time").toBeLessThan(names.lastIndexOf("grace"));
  }
}

async function namesInOrder(place: DataPlace): Promise<readonly string[]> {
  const { data, close } = await openAt(place);
  const log = await data.log("keyed", { limit: 1000 });
  await close();
  return log.map(({ message }) => message.split(" ")[0] ?? "").toReversed();
}

async function collectorAndWriters(newPlace: () => DataPlace): Promise<void> {
  const place = newPlace();
  await begin(place);
  const order = { place, count: writesEach };
  const [collector, ...writers] = await race([
    { ...order, work: "gc", name: "gc", firstId: 0 },
    { ...order, work: "ingest", name: "ada", firstId: 1000 },
    { ...order, work: "commit", name: "grace", firstId: 2000 },
  ]);
  if (collector === undefined) return expect.fail();
  await meetHalfway(writers);
  await requireEnded(writers);
  collector.start();
  await requireEnded([collector]);
  await requireAllOnce(place, writers);
  expect(Number(collector.lines.at(-1)?.split(" ")[1]), "blobs that the losers of a race left").toBeGreaterThan(0);
}

test("two processes race on one branch: every acknowledged write is in the log once", { timeout: 120_000 }, () =>
  twoWriters(() => ({ folder: temporaryFolder() })),
);

test("one process collects garbage without a grace period while two write: nothing is lost", { timeout: 120_000 }, () =>
  collectorAndWriters(() => ({ folder: temporaryFolder() })),
);

describePostgres("with the metadata in Postgres", (server) => {
  let schemas = 0;
  const newPlace = (): DataPlace => ({
    folder: temporaryFolder(),
    postgres: { url: server().url, schema: `race_${schemas++}` },
  });

  test("two processes race on one branch", { timeout: 120_000 }, () => twoWriters(newPlace));

  test("one process collects while two write", { timeout: 120_000 }, () => collectorAndWriters(newPlace));
});
