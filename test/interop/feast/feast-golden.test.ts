import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { dataset } from "../../../src/data/dataset.ts";
import { entity, featureService, featureView, t } from "../../../src/features/index.ts";
import { type FeastHandler, feastHandler } from "../../../src/interop/feast/index.ts";
import { withWorkbench } from "../../features/feature-workbench.ts";
import { all, post } from "./feast-requests.ts";

// Held against Feast itself: what its own server answered to the same requests, and what its own client made of our answers.

interface Exchange {
  readonly path: string;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
}
const golden: { readonly server: readonly Exchange[]; readonly client: readonly Exchange[]; readonly read: unknown } =
  JSON.parse(readFileSync(new URL("../../golden/feast-wire.json", import.meta.url), "utf8"));

const reports = dataset("reports", {
  schema: z.object({
    id: z.number().int(),
    driver_id: z.bigint(),
    rate: z.number().nullable(),
    grade: z.number().int().nullable(),
    active: z.boolean().nullable(),
    seen: z.date().nullable(),
    at: z.date(),
  }),
  eventTime: "at",
  id: "id",
});
const stats = featureView("stats", {
  source: reports,
  entities: [entity("driver", { driver_id: t.int64 })],
  ttl: "2h",
  latest: { rate: "rate", grade: "grade", active: "active", seen: "seen" },
});
const service = featureService("svc", [stats]);
const recent = "2023-12-31T23:00:00Z";
/** What Feast's server was pushed; with the ids that pushes need here. */
const pushed = `{"id":[1,2,3,4],"driver_id":[1001,9007199254740993,1002,1005],"rate":[0.1,-2.5,null,1.5],"grade":[4,-5,null,5],
  "active":[true,false,null,false],"seen":["2024-01-01T00:00:00Z","1969-12-31T23:59:59Z",null,"1970-01-01"],
  "at":["${recent}","${recent}","${recent}","2020-01-01"]}`;

async function withReports(work: (handler: FeastHandler) => Promise<void>): Promise<void> {
  await withWorkbench(async ({ store }) => {
    const handler = feastHandler({ features: store, services: [service], operations: all });
    await handler(post("/push", `{"push_source_name":"reports","df":${pushed}}`));
    await work(handler);
  });
}

/** An answer's cells by feature: value, status and event time; integers as texts, so that none is rounded. */
function cellsOf(answer: string): { readonly [feature: string]: readonly (readonly unknown[])[] } {
  const exact = answer.replaceAll(/(?<=[[,])-?\d{16,}(?=[\],])/g, '"$&"');
  const { metadata, results } = JSON.parse(exact) as {
    metadata: { feature_names: string[] };
    results: { values: unknown[]; statuses: string[]; event_timestamps: string[] }[];
  };
  return Object.fromEntries(
    results.map(({ values, statuses, event_timestamps }, i) => [
      metadata.feature_names[i] ?? "",
      values.map((value, row) => [value, statuses[row], event_timestamps[row]]),
    ]),
  );
}

test("answers are those of Feast's server, but for nulls that it loses and a TTL that it does not look at", async () => {
  await withReports(async (handler) => {
    const reads = golden.server.filter(({ path, status }) => path === "/get-online-features" && status === 200);
    expect(reads).toHaveLength(7);
    for (const { path, body, answer } of reads) {
      const { entities, feature_service } = JSON.parse(body);
      const response = await handler(post(path, body));
      const ours = cellsOf(await response.text());
      for (const [name, cells] of Object.entries(cellsOf(answer))) {
        const expected = cells.map((cell, row) => {
          const id = entities.driver_id[row];
          if (name === "driver_id") return cell;
          if (id === 1002) return [null, "NULL_VALUE", recent];
          return id === 1005 ? [null, "OUTSIDE_MAX_AGE", "1970-01-01T00:00:00Z"] : cell;
        });
        expect([name, ours[name]]).toEqual([name, expected]);
      }
      // A service of the golden server has two features only.
      if (feature_service === undefined) expect(Object.keys(ours).sort()).toEqual(Object.keys(cellsOf(answer)).sort());
      expect(Object.keys(ours)[0]).toBe("driver_id");
    }
    const withViews = reads.find(({ body }) => body.includes("include_feature_view_version_metadata"));
    const response = await handler(post("/get-online-features", withViews?.body));
    const { metadata } = JSON.parse(withViews?.answer ?? "{}");
    expect(((await response.json()) as { metadata: unknown }).metadata).toEqual(metadata);
  });
});

test("refusals have the status, the shape and the exception of Feast's server, 422 or 404 where it answers 500", async () => {
  await withReports(async (handler) => {
    const refused = golden.server.filter(({ status }) => status >= 400);
    expect(refused).toHaveLength(19);
    for (const { path, body, status, answer } of refused) {
      const response = await handler(post(path, body));
      const [theirs, ours] = [JSON.parse(answer), await response.json()];
      const context = `${path} ${body}`;
      if (status === 500) expect([422, 404], context).toContain(response.status);
      else expect([context, response.status, typeof ours]).toEqual([context, status, typeof theirs]);
      if (Array.isArray(theirs.detail)) {
        expect(ours, context).toEqual({
          detail: [{ type: expect.any(String), loc: ["body"], msg: expect.any(String), code: expect.any(String) }],
        });
      }
      const exception = typeof theirs === "string" && theirs.startsWith("{") ? JSON.parse(theirs).class : undefined;
      if (exception === undefined) continue;
      const told = { module: "feast.errors", class: exception, message: expect.any(String), code: expect.any(String) };
      expect(JSON.parse(String(ours)), context).toEqual(told);
    }
  });
});

test("answers are still those that Feast's client read", async () => {
  expect(golden.client).toHaveLength(8);
  expect(golden.read).toMatchObject({
    get_online_features: {
      stats__rate: [0.1, null, null, null, -2.5],
      stats__seen: [1704067200, null, null, null, -1],
    },
    errors: {
      view: ["FeatureViewNotFoundException", expect.any(String)],
      feature: ["FeastObjectNotFoundException", expect.any(String)],
      collision: ["FeatureNameCollisionError", expect.any(String)],
      service: ["FeatureServiceNotFoundException", expect.any(String)],
      keys: ["FeastError", expect.any(String)],
    },
  });
  await withReports(async (handler) => {
    for (const { path, body, status, answer } of golden.client) {
      const response = await handler(post(path, body));
      expect([response.status, await response.text()]).toEqual([status, answer]);
    }
  });
});
