import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { dataset } from "../../../src/data/dataset.ts";
import { count, entity, featureService, featureView, t } from "../../../src/features/index.ts";
import { openWorkspace } from "../../../src/open-workspace.ts";
import { feastHandler } from "../../../src/interop/feast/index.ts";
import { type RowObject, tableFromRows } from "../../../src/table/table-from-rows.ts";
import { withWorkbench } from "../../features/feature-workbench.ts";
import { hour, service, start, trips } from "../../features/trips.ts";
import { all, answerOf, departing, entities, type OnlineAnswer, post, pushed } from "./feast-requests.ts";

test("features come column by column, entity keys first, each with status and event time", async () => {
  await withWorkbench(async ({ store }) => {
    const handler = feastHandler({ features: store, services: [service, departing], operations: all });
    const push = await handler(post("/push", { push_source_name: "trips", df: pushed }));
    expect([push.status, await push.json()]).toEqual([200, { views: 2, events: 6, skipped: 0, buffered: 0 }]);
    const request = {
      features: ["departures:last_price", "departures:last_delay", "departures:delay_2d"],
      entities: { from: ["ATL", "LAX", "XXX", "ATL"] },
    };
    const answer = await handler(post("/get-online-features", request));
    expect(answer.headers.get("content-type")).toBe("application/json");
    const [never, newest, older] = ["1970-01-01T00:00:00Z", "2023-12-31T23:00:00Z", "2023-12-31T19:00:00Z"];
    expect(await answer.json()).toEqual({
      metadata: { feature_names: ["from", "last_price", "last_delay", "delay_2d"] },
      results: [
        {
          values: ["ATL", "LAX", "XXX", "ATL"],
          statuses: ["PRESENT", "PRESENT", "PRESENT", "PRESENT"],
          event_timestamps: [never, never, never, never],
        },
        {
          values: [2.5, null, null, 2.5],
          statuses: ["PRESENT", "OUTSIDE_MAX_AGE", "NOT_FOUND", "PRESENT"],
          event_timestamps: [newest, never, never, newest],
        },
        {
          values: [null, null, null, null],
          statuses: ["NULL_VALUE", "OUTSIDE_MAX_AGE", "NOT_FOUND", "NULL_VALUE"],
          event_timestamps: [newest, never, never, newest],
        },
        {
          values: [10, 7, null, 10],
          statuses: ["PRESENT", "PRESENT", "NOT_FOUND", "PRESENT"],
          event_timestamps: [newest, older, never, newest],
        },
      ],
    });
  });
});

test("a feature service with request fields, under full names", async () => {
  await withWorkbench(async ({ store }) => {
    const handler = feastHandler({ features: store, services: [service], operations: all });
    await handler(post("/push", { push_source_name: "trips", df: pushed }));
    const entities = { from: ["ATL"], to: ["ORD"], distance: [1000], when: ["2024-03-01T07:30:00.250Z"] };
    const request = { feature_service: "trips-v1", entities, full_feature_names: true };
    const body = (await (await handler(post("/get-online-features", request))).json()) as OnlineAnswer;
    const names = body.metadata.feature_names;
    expect(names.slice(0, 3)).toEqual(["from", "to", "departures__delay_1h"]);
    expect(names).toHaveLength(2 + service.features.length);
    const read = await store.online(
      service,
      { from: "ATL", to: "ORD", distance: 1000, when: Date.UTC(2024, 2, 1, 7, 30, 0, 250) },
      { atMs: start },
    );
    for (const { name } of service.features) {
      const cell = read.features[name as keyof typeof read.features];
      const result = body.results[names.indexOf(name.replace(".", "__"))];
      expect([name, result?.values[0]]).toEqual([name, cell.status === "present" ? cell.value : null]);
    }
  });
});

test("64-bit keys keep every digit, as numbers and as texts", async () => {
  const orders = dataset("orders", {
    schema: z.object({ id: z.number(), at: z.date(), user: z.bigint() }),
    eventTime: "at",
    id: "id",
  });
  const view = featureView("user", {
    source: orders,
    entities: [entity("user", { user: t.int64 })],
    windows: { n: count().over("1h") },
  });
  await withWorkbench(async ({ store }) => {
    const handler = feastHandler({ features: store, services: [featureService("s", [view])], operations: all });
    const df = '{"id":[1],"at":["2023-12-31 23:30:00"],"user":[9007199254740993]}';
    const push = await handler(post("/push", `{"push_source_name":"orders","df":${df}}`));
    expect(push.status).toBe(200);
    const users = '[9007199254740993,9007199254740992,"9007199254740993"]';
    const answer = await handler(post("/get-online-features", `{"features":["user:n"],"entities":{"user":${users}}}`));
    const text = await answer.text();
    expect(text).toContain('"values":[9007199254740993,9007199254740992,9007199254740993]');
    expect(JSON.parse(text).results[1].values).toEqual([1, 0, 1]);
    const outside = await answerOf(
      handler,
      post("/get-online-features", '{"features":["user:n"],"entities":{"user":[9223372036854775808]}}'),
    );
    expect([outside.status, outside.body["detail"]]).toEqual([422, expect.stringContaining("an integer of 64")]);
  });
});

test("lists are pushed, as many numbers as a vector has; instants of keys are found whatever their milliseconds", async () => {
  const looks = dataset("looks", {
    schema: z.object({
      id: z.number(),
      at: z.date(),
      shown: z.date(),
      look: z.array(z.number()).length(2),
      tags: z.array(z.string()),
    }),
    eventTime: "at",
    id: "id",
  });
  const view = featureView("look", {
    source: looks,
    entities: [entity("shown", { shown: t.instant })],
    latest: { look: "look" },
  });
  await withWorkbench(async ({ store }) => {
    const handler = feastHandler({ features: store, services: [featureService("s", [view])], operations: all });
    const push = async (look: string) => {
      const shown = "1970-01-01T00:00:04.001Z"; // 4.001 · 1000 is no whole number in doubles
      const df = `{"id":[1],"at":["2023-12-31"],"shown":["${shown}"],"look":[${look}],"tags":[["a","b"]]}`;
      return await answerOf(handler, post("/push", `{"push_source_name":"looks","df":${df}}`));
    };
    expect((await push("[1,9007199254740993,2]")).body["detail"]).toContain(
      'found [1,"9007199254740993",2] for "look" in row 0; expected a list of numbers, 2 of them',
    );
    expect((await push('[1,"a"]')).status).toBe(422);
    expect((await push("[9007199254740993,-0.5]")).status).toBe(200);
    const asked = '{"features":["look:look"],"entities":{"shown":[4.001]}}';
    const answer = await (await handler(post("/get-online-features", asked))).text();
    expect(answer).toContain('"values":[[9007199254740992,-0.5]]');
  });
});

test("materialize loads history, for all services or for those with a view", async () => {
  await withWorkbench(async ({ store, datasets }) => {
    const rows: RowObject[] = Array.from({ length: 10 }, (_, id) => {
      const date = start - (id + 1) * hour;
      return { id, date, landed: date + 1, from: "ATL", to: "ORD", delay: id, price: id, rainy: false };
    });
    const handler = feastHandler({ features: store, services: [service, departing], operations: all });
    const early = await answerOf(handler, post("/materialize-incremental", { end_ts: "2024-01-01T00:00:00" }));
    expect([early.status, early.body["code"]]).toEqual([404, "data/version-not-found"]);
    await datasets.commit(trips, [tableFromRows(rows, trips.columns)]);
    const some = await handler(
      post("/materialize", { start_ts: "2023-12-31T20:00:00", end_ts: "2024-01-01", feature_views: ["route"] }),
    );
    expect([some.status, await some.json()]).toEqual([200, { views: 2, events: 20, skipped: 0 }]);
    const rest = await handler(post("/materialize-incremental", { end_ts: "2024-01-01" }));
    expect(await rest.json()).toEqual({ views: 3, events: 0, skipped: 0 });
  });
});

test("start_ts loads further back, and never less than windows reach", async () => {
  const counted = featureView("counted", {
    source: trips,
    entities: [entity("from", { from: t.utf8 })],
    windows: { n: count().over("1h") },
  });
  const counting = featureService("counting", [counted]);
  const rows = Array.from({ length: 100 }, (_, id) => {
    const date = start - id * hour - hour / 2;
    return { id, date, landed: date, from: "ATL", to: "ORD", delay: id, price: id, rainy: false };
  });
  const loaded = async (start_ts: string): Promise<unknown> => {
    let events: unknown;
    await withWorkbench(async ({ store, datasets }) => {
      await datasets.commit(trips, [tableFromRows(rows, trips.columns)]);
      const handler = feastHandler({ features: store, services: [counting], operations: all });
      events = (await answerOf(handler, post("/materialize", { start_ts, end_ts: "2024-01-01" }))).body["events"];
      const read = await store.online(counting, { from: "ATL" }, { atMs: start });
      expect(read.features["counted.n"]).toMatchObject({ status: "present", value: 1 });
    });
    return events;
  };
  // Four hours; three days; a quarter of an hour, less than the window: then the window and a day of retention.
  expect([
    await loaded("2023-12-31T20:00:00Z"),
    await loaded("2023-12-29"),
    await loaded("2023-12-31T23:45:00Z"),
  ]).toEqual([4, 72, 25]);
});

test("what is pushed offline is durable, and history after a flush; to both, it is served too; each id once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-feast-"));
  const ws = await openWorkspace({ path: folder, clock: { nowMs: () => start } });
  try {
    const handler = feastHandler({ features: ws.features, services: [departing], operations: all });
    const to = async (to: string) => {
      const answer = await handler(post("/push", { push_source_name: "trips", df: pushed, to }));
      return [answer.status, await answer.json()];
    };
    expect(await to("offline")).toEqual([202, { views: 0, events: 0, skipped: 0, buffered: 3 }]);
    expect(await to("online_and_offline")).toEqual([202, { views: 1, events: 3, skipped: 0, buffered: 6 }]);
    const read = await ws.features.online(departing, { from: "ATL" });
    expect(read.features["departures.n_1h"]).toMatchObject({ status: "present", value: 1 });
    await ws.features.flush();
    const table = await ws.data.read("trips");
    expect([table.rowCount, [...(table.columns["id"]?.values ?? [])]]).toEqual([3, [1, 2, 3]]);
    expect(await to("online")).toEqual([200, { views: 1, events: 0, skipped: 0, buffered: 0 }]);
  } finally {
    await ws.close();
    await rm(folder, { recursive: true });
  }
});

test("over a server of node:http", async () => {
  await withWorkbench(async ({ store }) => {
    const handler = feastHandler({ features: store, services: [departing], operations: all });
    const server = createServer(async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const init = incoming.method === "POST" ? { method: "POST", body: Buffer.concat(chunks) } : {};
      const answer = await handler(new Request(`http://localhost${incoming.url}`, init));
      outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
      outgoing.end(await answer.text());
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ask = async (path: string, body: unknown) =>
      await fetch(`${base}${path}`, { method: "POST", body: JSON.stringify(body) });
    try {
      expect((await fetch(`${base}/health`)).status).toBe(200);
      expect((await ask("/push", { push_source_name: "trips", df: pushed })).status).toBe(200);
      const read = (await (
        await ask("/get-online-features", { features: ["departures:n_1h"], entities })
      ).json()) as OnlineAnswer;
      expect(read.results[1]).toEqual({
        values: [1],
        statuses: ["PRESENT"],
        event_timestamps: ["2023-12-31T23:00:00Z"],
      });
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });
});
