import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { post } from "./feast-requests.ts";
import { recent, withReports } from "./reports.ts";

// Held against Feast itself: what its own server answered to the same requests, and what its own clients sent and made of our answers
// (scripts/record-feast.ts).

interface Exchange {
  readonly path: string;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
}
interface Sent extends Exchange {
  readonly method: "GET" | "POST";
}
const golden: { readonly server: readonly Exchange[]; readonly client: readonly Sent[]; readonly read: unknown } =
  JSON.parse(readFileSync(new URL("../../golden/feast-wire.json", import.meta.url), "utf8"));

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

test("answers are still those that Feast's clients read: reads, materialization, pushes", async () => {
  const paths = new Set(golden.client.map(({ method, path, status }) => `${method} ${path} ${status}`));
  expect(paths).toEqual(
    new Set([
      "POST /get-online-features 200",
      "POST /get-online-features 404",
      "POST /get-online-features 422",
      "POST /materialize 200",
      "POST /materialize 422",
      "POST /materialize-incremental 200",
      "POST /materialize-incremental 404",
      "POST /materialize-incremental?async=true&force=true 202",
      "POST /push 200",
      "POST /push 202",
      "POST /push 422",
      "GET /health 200",
    ]),
  );
  await withReports(async (handler) => {
    for (const { method, path, body, status, answer } of golden.client) {
      const response = await handler(method === "GET" ? new Request(`http://localhost${path}`) : post(path, body));
      expect([path, body, response.status, await response.text()]).toEqual([path, body, status, answer]);
    }
  });
});

test("Feast's clients read values as they are, and raise their own exceptions", () => {
  const error = (exception: string) => [exception, expect.any(String)];
  expect(golden.read).toMatchObject({
    get_online_features: {
      driver_id: ["1001", "1002", "1003", "1005", "9007199254740993"],
      stats__rate: [0.1, null, null, null, -2.5],
      stats__seen: [1704067200, null, null, null, -1],
    },
    errors: {
      view: error("FeatureViewNotFoundException"),
      feature: error("FeastObjectNotFoundException"),
      collision: error("FeatureNameCollisionError"),
      service: error("FeatureServiceNotFoundException"),
      keys: error("FeastError"),
    },
    materializing: {
      materialize: null,
      incremental: null,
      background: null,
      unknown: error("RuntimeError"),
      reversed: error("RuntimeError"),
    },
  });
  const { tools } = golden.read as { readonly tools: readonly (readonly [string, unknown])[] };
  expect(tools.filter(([name]) => name === "push")).toEqual([
    ["push", "ok"],
    ["push", "ok"],
    ["push", "ok"],
    ["push", expect.stringContaining("PushSourceNotFoundException")],
  ]);
  // What history alone had and was materialized, what was pushed online, to both, and to history alone.
  const read = tools.find(([name]) => name === "get_online_features")?.[1];
  expect(read).toMatchObject({
    results: [{}, { values: [7.5, 2.5, 2.5, null], statuses: ["PRESENT", "PRESENT", "PRESENT", "NOT_FOUND"] }, {}],
  });
});
