// Lineage: what a version was made from and what was made of it, by digest; and the same told to other tools as OpenLineage events.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  callbackSink,
  fileCursor,
  jsonLinesSink,
  type OpenLineageEvent,
  openLineage,
} from "sluice/interop/openlineage";
import { formatLineage } from "sluice/workflows";
import { day, expect, flights, withWorkspace } from "./shared/flights.ts";

/** The part of an output's facets that tells of columns. */
interface ColumnFacets {
  readonly columnLineage: {
    readonly fields: {
      readonly [column: string]: { readonly inputFields: readonly { name: string; field: string }[] };
    };
  };
}

await withWorkspace(async (ws, folder) => {
  await ws.data.ingest(flights, day(8));
  await ws.data.branch("flights", "corrections");
  await ws.data.ingest(flights, day(9));
  await ws.data.ingest(flights, day(10, { only: "flight % 10 = 0" }), { branch: "corrections" });
  const merged = await ws.data.merge({ dataset: flights, from: "corrections" });
  expect(merged.outcome === "merged", "two branches, one version");

  const upstream = formatLineage(await ws.upstream(`dataset:${merged.version.digest}`));
  console.log(`made from:\n${upstream}`);
  const sources = new Set(upstream.match(/source \S+ \S+ to \S+/g));
  expect(sources.size === 3, "three batches led to it");
  const source = (await ws.upstream(`dataset:${(await ws.data.resolve("flights", "main~1")).version}`)).children.find(
    ({ node }) => node.startsWith("source:"),
  );
  expect(source !== undefined, "a batch comes from a source");
  const downstream = formatLineage(await ws.downstream(source.node));
  console.log(`made of Tuesday's batch:\n${downstream}`);
  expect(downstream.includes(merged.version.digest.slice(7, 19)), "the merged version among others");

  // A batch that is blocked and one that throws are told too.
  const sink = jsonLinesSink(join(folder, "lineage.jsonl"));
  const producer = "https://example.org/pipeline";
  const lineage = openLineage({ sink, namespace: "shop", producer, cursor: fileCursor(join(folder, "cursor")) });
  const following = lineage.follow(ws);
  await ws.data.ingest(flights, day(11, { distance: "distance * 1.609344" }));
  await ws.data
    .ingest(flights, day(11, { distance: "no_such_column" }))
    .catch((error: unknown) => console.log(String(error)));
  await following.stop();
  const lines = (await readFile(join(folder, "lineage.jsonl"), "utf8")).trimEnd().split("\n");
  const events = lines.map((line): OpenLineageEvent => JSON.parse(line));
  const types = events.map(({ eventType }) => eventType);
  console.log(types.join(" "));
  expect(types.filter((type) => type === "COMPLETE").length === 3, "three batches were committed");
  expect(types.filter((type) => type === "FAIL").length === 2, "one was blocked, one threw");

  // Columns: which column of the source each column of the version comes from.
  const facets = JSON.parse(JSON.stringify(events[1]?.outputs[0]?.facets ?? {})) as ColumnFacets;
  for (const [column, { inputFields }] of Object.entries(facets.columnLineage.fields))
    console.log(`${column} ← ${inputFields.map(({ name, field }) => `${field} of ${name}`).join(", ")}`);
  expect(facets.columnLineage.fields["distance"]?.inputFields[0]?.field === "distance", "column lineage");

  // Any function can be a sink; what was told once is not told again by the same cursor.
  let told = 0;
  const counting = openLineage({ sink: callbackSink(() => void told++), namespace: "shop", producer });
  await counting.send(ws);
  const again = await lineage.send(ws);
  expect(told === 8 && again === 0, "four batches, two events each; nothing new for the first one");
});
