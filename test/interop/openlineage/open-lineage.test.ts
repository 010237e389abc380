import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { csvFile } from "../../../src/backends/fs/csv-file.ts";
import { completeness } from "../../../src/data/checks/completeness.ts";
import { distribution } from "../../../src/data/checks/distribution.ts";
import { rowCount } from "../../../src/data/checks/row-count.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { callbackSink } from "../../../src/interop/openlineage/callback-sink.ts";
import { fileCursor } from "../../../src/interop/openlineage/file-cursor.ts";
import { httpSink } from "../../../src/interop/openlineage/http-sink.ts";
import { jsonLinesSink } from "../../../src/interop/openlineage/json-lines-sink.ts";
import { openLineage } from "../../../src/interop/openlineage/open-lineage.ts";
import type { OpenLineageEvent, OpenLineageSink } from "../../../src/interop/openlineage/open-lineage-event.ts";
import { openWorkspace } from "../../../src/open-workspace.ts";
import { hasPublishedClients, publishedClientFaults } from "../published-clients.ts";
import { publishedSpecs } from "../published-specs.ts";
import { eventShape } from "./event-shape.ts";
import { publishedFaults } from "./published-schemas.ts";

const trips = dataset("trips", {
  schema: z.object({ left: z.date(), depot: z.string(), km: z.number().nullable(), note: z.string().optional() }),
  eventTime: "left",
  checks: [
    rowCount({ atLeast: 2 }),
    completeness("km", { atLeast: 0.5, severity: "warn" }),
    distribution("km", { against: "previous" }),
  ],
});
const teller = { namespace: "shop", producer: "https://example.org/pipeline/v1" };

async function workspace() {
  const folder = await mkdtemp(join(tmpdir(), "sluice-lineage-"));
  const ws = await openWorkspace(join(folder, "ws"));
  let files = 0;
  const csv = async (...rows: readonly string[]): Promise<string> => {
    const path = join(folder, `trips-${files++}.csv`);
    await writeFile(path, ["left,depot,km,extra", ...rows, ""].join("\n"));
    return path;
  };
  return { folder, ws, csv };
}

/** Two good rows and a bad one; then one row, which is too few; then the first file again. */
async function threeIngests() {
  const { folder, ws, csv } = await workspace();
  const path = await csv("2026-01-01T08:00:00Z,D0,12,x", "2026-01-01T09:00:00Z,D1,,x", "never,D1,3,x");
  await ws.data.ingest(trips, csvFile(path), { onFailure: "quarantine" });
  await ws.data.ingest(trips, csvFile(await csv("2026-01-02T08:00:00Z,D0,12,x")));
  await ws.data.ingest(trips, csvFile(path), { onFailure: "quarantine" });
  return { folder, ws, csv, path };
}

function collector(): { readonly events: OpenLineageEvent[]; readonly sink: OpenLineageSink } {
  const events: OpenLineageEvent[] = [];
  return { events, sink: callbackSink((event) => void events.push(event)) };
}

function requireValid(events: readonly OpenLineageEvent[]): void {
  const specs = publishedSpecs("openlineage");
  for (const event of events) {
    const sent: unknown = JSON.parse(JSON.stringify(event));
    eventShape.parse(sent);
    if (specs !== undefined) expect(publishedFaults(specs, sent)).toEqual([]);
  }
  const sent = events.map((event) => ({ tool: "openlineage", event }) as const);
  if (hasPublishedClients) expect(publishedClientFaults(sent)).toEqual([]);
}

test.runIf(hasPublishedClients)("the published client's models refuse what is wrong", async () => {
  const { ws } = await threeIngests();
  const { events, sink } = collector();
  await openLineage({ ...teller, sink }).send(ws);
  const event = JSON.parse(JSON.stringify(events[1]));
  for (const [spoil, fault] of [
    [{ eventTime: undefined }, /eventTime: missing/],
    [{ eventType: "DONE" }, /eventType/],
    [{ run: { runId: 1 } }, /runId/],
    [{ surplus: 1 }, /surplus: unknown/],
  ] as const)
    expect(String(publishedClientFaults([{ tool: "openlineage", event: { ...event, ...spoil } }]))).toMatch(fault);
  const output = event.outputs[0];
  const facet = { ...output.facets.schema, fields: [{ type: "text" }] };
  const spoiled = { ...event, outputs: [{ ...output, facets: { ...output.facets, schema: facet } }] };
  expect(String(publishedClientFaults([{ tool: "openlineage", event: spoiled }]))).toMatch(
    /fields\[0\]\.name: missing/,
  );
});

test("each ingest is one run: START, then COMPLETE or FAIL, with its facets", async () => {
  const { ws, path } = await threeIngests();
  const { events, sink } = collector();
  expect(await openLineage({ ...teller, sink }).send(ws)).toBe(4);
  requireValid(events);
  expect(events.map((event) => event.eventType)).toEqual(["START", "COMPLETE", "START", "FAIL"]);
  const [start, complete, blockedStart, fail] = events as [
    OpenLineageEvent,
    OpenLineageEvent,
    OpenLineageEvent,
    OpenLineageEvent,
  ];
  expect(start.run.runId).toBe(complete.run.runId);
  expect(blockedStart.run.runId).toBe(fail.run.runId);
  expect(start.run.runId).not.toBe(fail.run.runId);
  expect(Date.parse(start.eventTime)).toBeLessThanOrEqual(Date.parse(complete.eventTime));

  const head = (await ws.data.head("trips")) ?? expect.fail("a version");
  const apart = (await ws.data.head("trips.quarantine")) ?? expect.fail("a quarantine");
  expect(complete.inputs[0]).toMatchObject({ namespace: "file", name: path });
  expect(
    complete.outputs.map(({ namespace, name, facets, outputFacets }) => [
      namespace,
      name,
      facets["version"]?.["datasetVersion"],
      outputFacets?.["outputStatistics"]?.["rowCount"],
    ]),
  ).toEqual([
    ["shop", "trips", head.digest, 2],
    ["shop", "trips.quarantine", apart.digest, 1],
  ]);
  expect(complete.outputs[0]?.facets["schema"]?.["fields"]).toEqual([
    { name: "left", type: "TIMESTAMP", ordinal_position: 1 },
    { name: "depot", type: "VARCHAR", ordinal_position: 2 },
    { name: "km", type: "DOUBLE", ordinal_position: 3 },
    { name: "note", type: "VARCHAR", ordinal_position: 4 },
  ]);
  // The source has no column "note", and the dataset none "extra".
  const fields = complete.outputs[0]?.facets["columnLineage"]?.["fields"] as Record<string, { inputFields: object[] }>;
  expect(Object.keys(fields)).toEqual(["left", "depot", "km"]);
  expect(fields["km"]?.inputFields).toEqual([expect.objectContaining({ namespace: "file", name: path, field: "km" })]);
  expect(complete.inputs[0]?.inputFacets?.["dataQualityMetrics"]).toMatchObject({
    rowCount: 2,
    columnMetrics: { km: { nullCount: 1, count: 1 }, depot: { nullCount: 0, count: 2 } },
  });
  expect(complete.inputs[0]?.inputFacets?.["dataQualityAssertions"]?.["assertions"]).toEqual([
    expect.objectContaining({ assertion: "rowCount", success: true, severity: "error" }),
    expect.objectContaining({ column: "km", success: true, severity: "warn" }),
    // Nothing to compare with: not a success, and not an error either.
    expect.objectContaining({ column: "km", success: false, severity: "warn", actual: "insufficient history" }),
  ]);
  expect(fail.run.facets["errorMessage"]?.["message"]).toContain("rowCount");
  expect(fail.inputs[0]?.inputFacets?.["dataQualityAssertions"]?.["assertions"]).toContainEqual(
    expect.objectContaining({ assertion: "rowCount", success: false, actual: "1", expected: "2" }),
  );
  expect(fail.outputs.map(({ facets }) => facets["version"])).toEqual([undefined]);
  await ws.close();
});

test("the cursor: nothing twice, nothing lost when the sink fails, the same run when sent again", async () => {
  const { folder, ws } = await threeIngests();
  const arrived: OpenLineageEvent[] = [];
  let refuse = 3; // the third event does not arrive
  const sink = callbackSink((event) => {
    if (--refuse === 0) throw new Error("no route");
    arrived.push(event);
  });
  const cursor = fileCursor(join(folder, "cursor"));
  await expect(openLineage({ ...teller, sink, cursor }).send(ws)).rejects.toThrow("no route");
  // Another process goes on.
  expect(await openLineage({ ...teller, sink, cursor: fileCursor(join(folder, "cursor")) }).send(ws)).toBe(2);
  expect(await openLineage({ ...teller, sink, cursor }).send(ws)).toBe(0);
  expect(arrived.map((event) => event.eventType)).toEqual(["START", "COMPLETE", "START", "FAIL"]);
  const again = collector();
  await openLineage({ ...teller, sink: again.sink }).send(ws);
  expect(again.events).toEqual(arrived);
  await ws.close();
  await writeFile(join(folder, "cursor"), "?");
  await expect(cursor.read()).rejects.toMatchObject({ code: "data/malformed-source" });
});

test("following tells each ingest as it ends, also one that threw or was aborted", async () => {
  const { ws, csv } = await workspace();
  const { events, sink } = collector();
  const following = openLineage({ ...teller, sink }).follow(ws);
  const path = await csv("2026-01-01T08:00:00Z,D0,12,x", "2026-01-01T09:00:00Z,D1,3,x");
  await ws.data.ingest(trips, csvFile(path));
  await expect(ws.data.ingest(trips, csvFile(`${path}.missing`))).rejects.toMatchObject({ code: "io/failed" });
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(ws.data.ingest(trips, csvFile(await csv("2026-01-03T08:00:00Z,D0,12,x")), { signal })).rejects.toThrow();
  await following.stop();
  await ws.data.ingest(trips, csvFile(path), { onRepeat: "append" }); // not followed any more
  requireValid(events);
  const ends = events.filter((event) => event.eventType !== "START");
  expect(ends.map((event) => event.eventType).sort()).toEqual(["ABORT", "COMPLETE", "FAIL"]);
  expect(new Set(events.map((event) => event.run.runId)).size).toBe(3);
  for (const end of ends) {
    const ofRun = events.filter((event) => event.run.runId === end.run.runId).map((event) => event.eventType);
    expect(ofRun).toEqual(["START", end.eventType]);
  }
  await ws.close();
});

test("a follower whose sink fails says so at its stop, or to onError", async () => {
  const { ws } = await threeIngests();
  const sink = callbackSink(() => {
    throw new Error("no route");
  });
  await expect(
    openLineage({ ...teller, sink })
      .follow(ws)
      .stop(),
  ).rejects.toThrow("no route");
  const errors: unknown[] = [];
  await openLineage({ ...teller, sink })
    .follow(ws, { onError: (error) => errors.push(error) })
    .stop();
  expect(errors).toHaveLength(1);
  await ws.close();
});

test("a JSON lines file", async () => {
  const { folder, ws } = await threeIngests();
  const path = join(folder, "lineage.jsonl");
  await openLineage({ ...teller, sink: jsonLinesSink(path) }).send(ws);
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  requireValid(lines.map((line) => JSON.parse(line)));
  expect(lines).toHaveLength(4);
  const nowhere = openLineage({ ...teller, sink: jsonLinesSink(join(folder, "none", "x")) });
  await expect(nowhere.send(ws)).rejects.toMatchObject({ code: "io/failed" });
  await ws.close();
});

test("an HTTP server: what may pass is tried again, a bounded number of times; a refusal is told", async () => {
  const { ws } = await threeIngests();
  const seen: { path: string; key: string | undefined; event: OpenLineageEvent }[] = [];
  let answers: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { authorization } = request.headers;
      const event = JSON.parse(Buffer.concat(chunks).toString()) as OpenLineageEvent;
      seen.push({ path: `${request.method} ${request.url}`, key: authorization, event });
      response.writeHead(answers.shift() ?? 201).end("said the server");
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = (attempts: number) =>
    openLineage({ ...teller, sink: httpSink({ url, apiKey: "k", attempts, backoff: "1ms" }) }).send(ws);
  answers = [503, 429];
  expect(await send(3)).toBe(4);
  expect(seen.map(({ path, key }) => `${path} ${key}`)).toEqual(Array(6).fill("POST /api/v1/lineage Bearer k"));
  requireValid(seen.map(({ event }) => event));
  answers = [500, 500, 500];
  await expect(send(3)).rejects.toMatchObject({
    code: "io/failed",
    message: expect.stringContaining("said the server"),
  });
  expect(answers).toEqual([]);
  seen.length = 0;
  answers = [422];
  await expect(send(3)).rejects.toMatchObject({ code: "io/failed", message: expect.stringContaining("422") });
  expect(seen).toHaveLength(1);
  await new Promise((resolve) => void server.close(resolve));
  await expect(send(2)).rejects.toMatchObject({ code: "io/failed", message: expect.stringContaining("no answer") });
  await ws.close();
});

test("a producer that is no URI is refused", () => {
  const { sink } = collector();
  expect(() => openLineage({ sink, namespace: "shop", producer: "me" })).toThrow(
    expect.objectContaining({ code: "argument/invalid" }),
  );
});
