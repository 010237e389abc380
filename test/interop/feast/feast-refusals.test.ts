import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { redisOnline } from "../../../src/backends/redis/redis-online-store.ts";
import { featureService } from "../../../src/features/index.ts";
import { feastHandler } from "../../../src/interop/feast/index.ts";
import { type Workbench, withWorkbench } from "../../features/feature-workbench.ts";
import { route } from "../../features/trips.ts";
import { all, answerOf, departing, entities, features, post, pushed } from "./feast-requests.ts";

const wrong: readonly (readonly [string, string, unknown, number, string])[] = [
  ["no JSON", "/get-online-features", "{", 422, "no JSON"],
  ["a list", "/get-online-features", [], 422, "no JSON object"],
  ["an unknown path", "/nothing", {}, 404, "/nothing"],
  ["an unknown service", "/get-online-features", { feature_service: "x", entities }, 404, '"x"'],
  ["an unknown view", "/get-online-features", { features: ["x:n_1h"], entities }, 404, '"x:n_1h"'],
  ["an unknown feature", "/get-online-features", { features: ["departures:x"], entities }, 404, '"departures:x"'],
  ["a feature without view", "/get-online-features", { features: ["n_1h"], entities }, 422, "view:feature"],
  ["no feature list", "/get-online-features", { entities }, 422, '"features"'],
  ["no entities", "/get-online-features", { features }, 422, '"entities"'],
  ["a missing key", "/get-online-features", { features, entities: { to: ["ATL"] } }, 422, "also from"],
  ["a null key", "/get-online-features", { features, entities: { from: [null] } }, 422, 'null for "from" in row 0'],
  ["a key of a type", "/get-online-features", { features, entities: { from: ["a", 7] } }, 422, '7 for "from" in row 1'],
  ["uneven columns", "/get-online-features", { features, entities: { from: ["a"], to: [] } }, 422, "entities.to"],
  ["a name of Object", "/get-online-features", '{"features":["a:b"],"entities":{"__proto__":[1]}}', 404, '"a:b"'],
  [
    "two of one name",
    "/get-online-features",
    { features: ["departures:n_1h", "departures:n_1h"], entities },
    422,
    "n_1h",
  ],
  ["too many rows", "/get-online-features", { features, entities: { from: Array(6).fill("a") } }, 422, "at most 5"],
  ["an unknown source", "/push", { push_source_name: "x", df: { id: [1] } }, 422, '"x"'],
  ["a source without rows", "/push", { push_source_name: "trips", df: [] }, 422, '"df"'],
  ["a missing column", "/push", { push_source_name: "trips", df: { id: [1] } }, 422, 'also "date"'],
  [
    "a wrong instant",
    "/push",
    { push_source_name: "trips", df: { ...pushed, date: [1, 2, 3] } },
    422,
    '"date" in row 0',
  ],
  ["a place to push", "/push", { push_source_name: "trips", df: pushed, to: "nowhere" }, 422, "nowhere"],
  ["no features", "/get-online-features", { features: [], entities }, 422, '"features"'],
  ["a version", "/materialize-incremental", { end_ts: "2024-01-01", version: "v2" }, 422, "version"],
  ["no times", "/materialize", { disable_event_timestamp: true }, 422, "disable_event_timestamp"],
  ["an answer before the work", "/materialize-incremental?async=true", { end_ts: "2024-01-01" }, 422, "async"],
  ["no end", "/materialize", { start_ts: "2024-01-01" }, 422, "end_ts"],
  ["an end before", "/materialize", { start_ts: "2024-01-02", end_ts: "2024-01-01" }, 422, "start_ts"],
  ["a day that is none", "/materialize-incremental", { end_ts: "2024-02-30" }, 422, "2024-02-30"],
  ["a view to load", "/materialize-incremental", { end_ts: "2024-01-01", feature_views: ["x"] }, 404, '"x"'],
];

test.each(wrong)("%s is refused, and named", async (_what, path, body, status, detail) => {
  await withWorkbench(async ({ store }) => {
    const handler = feastHandler({ features: store, services: [departing], operations: all, maxRows: 5 });
    const answer = await answerOf(handler, post(path, body));
    expect([answer.status, answer.body["detail"]]).toEqual([status, expect.stringContaining(detail)]);
  });
});

test("writing is not served unless it is named; a hook looks first; a large body is not read to its end", async () => {
  await withWorkbench(async ({ store }) => {
    const closed = feastHandler({ features: store, services: [departing] });
    for (const path of ["/push", "/materialize", "/materialize-incremental"])
      expect((await closed(post(path, {}))).status).toBe(404);
    expect((await closed(new Request("http://localhost/health"))).status).toBe(200);
    const get = await closed(new Request("http://localhost/get-online-features"));
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);

    const seen: string[] = [];
    const guarded = feastHandler({
      features: store,
      services: [departing],
      basePath: "/feast/",
      maxBodyBytes: 1000,
      authorize: (request, operation) => {
        seen.push(operation);
        return request.headers.get("authorization") === "Bearer x" ? undefined : new Response(null, { status: 401 });
      },
    });
    const bearer = { authorization: "Bearer x" };
    const send = (body: string | ReadableStream<Uint8Array>, headers: Record<string, string>) =>
      guarded(
        new Request("http://localhost/feast/get-online-features", { method: "POST", body, headers, duplex: "half" }),
      );
    const body = JSON.stringify({ features, entities });
    expect((await send(body, {})).status).toBe(401);
    expect((await send(body, bearer)).status).toBe(200);
    expect((await guarded(post("/get-online-features", body))).status).toBe(404);
    expect(seen).toEqual(["get-online-features", "get-online-features"]);

    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled++;
        controller.enqueue(new Uint8Array(600));
      },
    });
    expect((await send(endless, bearer)).status).toBe(413);
    expect(pulled).toBeLessThan(5);
  });
});

test("what is no fault of the request is thrown to the host", async () => {
  await withWorkbench(async ({ store, options }) => {
    const handler = feastHandler({ features: store, services: [departing] });
    await options.metadata.close();
    await expect(handler(post("/get-online-features", { features, entities }))).rejects.toMatchObject({
      code: expect.stringContaining("metadata/"),
    });
  });
});

test("a store that does not answer is 503", async () => {
  const nobody = createServer();
  await new Promise<void>((done) => nobody.listen(0, "127.0.0.1", done));
  const { port } = nobody.address() as AddressInfo;
  await new Promise((done) => nobody.close(done));
  const client = new Redis({ port, host: "127.0.0.1", maxRetriesPerRequest: 0, retryStrategy: () => null });
  const refusals: string[] = [];
  client.on("error", (error: Error) => refusals.push(error.message));
  await withWorkbench(
    async ({ store }) => {
      const handler = feastHandler({ features: store, services: [departing] });
      const answer = await answerOf(handler, post("/get-online-features", { features, entities }));
      expect([answer.status, answer.body["code"]]).toEqual([503, "store/unavailable"]);
    },
    { online: redisOnline({ client }) },
  );
  expect(refusals[0]).toContain("ECONNREFUSED");
});

test("options that cannot be are refused", () => {
  const store = { features: {} as Workbench["store"] };
  for (const options of [{ services: [departing, featureService("departing", [route])] }, { services: [], maxRows: 0 }])
    expect(() => feastHandler({ ...store, ...options })).toThrow(expect.objectContaining({ code: "argument/invalid" }));
});
