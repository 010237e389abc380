import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import type { OnlineStore } from "../../src/contracts/online-store.ts";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import { dataset } from "../../src/data/dataset.ts";
import { count, entity, FeatureStore, featureService, featureView, t } from "../../src/features/index.ts";
import { openWorkspace } from "../../src/open-workspace.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { withWorkbench } from "./feature-workbench.ts";

const start = Date.UTC(2024, 0, 1);
const clicks = dataset("clicks", {
  schema: z.object({ id: z.number().int(), time: z.date(), user: z.string() }),
  eventTime: "time",
  id: "id",
});
const view = featureView("recent", {
  source: clicks,
  entities: [entity("user", { user: t.utf8 })],
  windows: { n: count().over("1h") },
});
const service = featureService("users", [view]);
const click = (id: number, user = id % 2 === 0 ? "ann" : "bob") => ({ id, time: new Date(start + id * 60_000), user });
const clicksOf = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => click(from + i));
const collector = {
  register: async () => undefined,
  collect: async () => ({ outcome: "up-to-date" as const }),
};

test("an erasure reaches rows that were pushed and are in no version yet, and tells of it", async () => {
  await using ws = await openWorkspace(temporaryFolder());
  await ws.features.apply([service]);
  await ws.features.push(clicks, clicksOf(0, 10), { to: "offline" });
  await ws.features.push(clicks, [click(10, "ann")], { to: "offline" });
  const erasure = { where: { user: "ann" }, reason: "request 7", actor: "ada" };
  expect(await ws.data.erase("clicks", erasure)).toMatchObject({ rows: 6 });
  const [event] = (await ws.audit({ subject: "clicks" })).filter(({ kind }) => kind === "dataset.erased");
  expect(event).toMatchObject({ actor: "ada", body: { reason: "request 7", rows: 6 } });
  const { buffered } = await ws.features.push(clicks, [click(11, "bob")], { to: "offline" });
  expect(buffered.rows, "five of bob's, and one").toBe(6);
  expect(await ws.features.flush()).toMatchObject([{ outcome: "committed", rows: 6 }]);
  const users = (await ws.data.read("clicks")).columns["user"];
  expect(users?.tag === "utf8" && users.dictionary).toEqual(["bob"]);
  // In a version and in the log: each is counted, and gone.
  await ws.features.push(clicks, clicksOf(20, 30), { to: "offline" });
  expect(await ws.data.erase("clicks", { ...erasure, where: { user: "bob" } })).toMatchObject({ rows: 6 + 5 });
  expect(await ws.features.flush()).toMatchObject([{ outcome: "committed", rows: 5 }]);
  expect((await ws.data.read("clicks")).rowCount).toBe(5);
  expect(await ws.data.erase("clicks", { ...erasure, where: { user: "eve" } })).toMatchObject({ rows: 0 });
  // What this process knew of the old history is not taken for the new one.
  await ws.features.push(clicks, [click(1, "eve"), click(20, "ann")], { to: "offline" });
  expect(await ws.features.flush()).toMatchObject([{ outcome: "committed", rows: 1, repeated: 1 }]);
});

test("an erasure reaches rows that only wait for a view online", async () => {
  let away = false;
  const inner = memoryOnline();
  const online: OnlineStore = {
    ...inner,
    appendEvents: async (name, batch) => {
      if (away) throw new Error("away");
      return await inner.appendEvents(name, batch);
    },
  };
  await using ws = await openWorkspace({ path: temporaryFolder(), online });
  await ws.features.apply([service]);
  away = true;
  await expect(ws.features.push(clicks, clicksOf(0, 4), { to: "both" })).rejects.toThrow("away");
  await expect(ws.features.flush()).rejects.toThrow("away"); // in a version, not with the view
  await ws.data.erase("clicks", { where: { user: "ann" }, reason: "request 8", actor: "ada" });
  away = false;
  expect(await ws.features.flush()).toMatchObject([{ outcome: "unchanged", events: 2 }]);
  expect((await inner.readEvents(view.hash, ["ann"], 0)).events[0]?.count).toBe(0);
});

test("the log is bounded: what is too much is refused whole, and taken after a flush", async () => {
  await withWorkbench(async ({ options }) => {
    const store = new FeatureStore({ ...options, collector, pushLogRows: 10 });
    await store.push(clicks, clicksOf(0, 8), { to: "offline" });
    await expect(store.push(clicks, clicksOf(8, 11), { to: "offline" })).rejects.toMatchObject({
      code: "features/log-full",
      found: '8 rows of dataset "clicks" that wait in the push log',
    });
    expect((await store.push(clicks, clicksOf(8, 10), { to: "offline" })).buffered.rows).toBe(10);
    await expect(store.push(clicks, clicksOf(10, 11), { to: "offline" })).rejects.toMatchObject({
      code: "features/log-full",
    });
  });
});

test("a workspace sets the bound of its push log", async () => {
  await using ws = await openWorkspace({ path: temporaryFolder(), pushLogRows: 5 });
  await ws.features.apply([service]);
  expect((await ws.features.push(clicks, clicksOf(0, 5), { to: "offline" })).buffered.rows).toBe(5);
  await expect(ws.features.push(clicks, clicksOf(5, 6), { to: "offline" })).rejects.toMatchObject({
    code: "features/log-full",
  });
  await using wrong = await openWorkspace({ path: temporaryFolder(), pushLogRows: 0 });
  await expect(wrong.features.apply([service])).rejects.toMatchObject({ code: "argument/invalid" });
});

test("what fails in a tick keeps nothing else from being done", async () => {
  const folder = temporaryFolder();
  const metadata = sqliteMetadata({ path: join(folder, "metadata.sqlite") });
  await using ws = await openWorkspace({ path: folder, metadata });
  await ws.features.apply([service]);
  expect(await ws.tick()).toEqual({ pushed: [], pipelines: 0, windows: [] });
  await ws.features.push(clicks, clicksOf(0, 4), { to: "offline" });
  await metadata.write(async (tx) => {
    await tx.sql.schema.dropTable("training_pipeline_run").execute();
  });
  await expect(ws.tick()).rejects.toMatchObject({ code: "metadata/failed" });
  expect((await ws.data.head("clicks"))?.rows).toBe(4);
});
