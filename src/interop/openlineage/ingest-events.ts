import type { IngestRecord } from "../../contracts/ingest-record.ts";
import { digestOfJson } from "../../core/digest.ts";
import { eventSchema, type FacetMaker, facetMaker } from "./facets.ts";
import type { OpenLineageDataset, OpenLineageEvent, OpenLineageFacets } from "./open-lineage-event.ts";

/** Who tells, and under which namespace. */
export interface Teller {
  readonly namespace: string;
  readonly producer: string;
}

/** An ingest that threw, as the event `ingest.failed` tells it. */
export interface FailedIngest {
  readonly dataset: string;
  readonly source: { readonly uri: string };
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly aborted: boolean;
  readonly error: string;
}

/**
 * The START and the COMPLETE (or, of a blocked batch, FAIL) of an ingest. The same record makes the same events, run id included, so what is
 * sent twice is one run.
 *
 * @param endedAtMs - When it ended: the time of its change.
 *
 * @example
 * ```ts
 * import { ingestEvents } from "sluice/interop/openlineage";
 * const digest = `sha256:${"0".repeat(64)}` as const;
 * const record = {
 *   schema: 1, dataset: "trips", outcome: "blocked", reasons: ["the source has no rows"], startedAtMs: 0,
 *   source: { uri: "s3://lake/trips.csv", kind: "csv", digest }, rowsRead: 0, rowsAccepted: 0, columns: [], checks: [], versions: [],
 * } as const;
 * const [start, end] = ingestEvents(record, 1000, { namespace: "shop", producer: "https://example.org/pipeline" });
 * if (start?.eventType !== "START" || end?.eventType !== "FAIL") throw new Error("a blocked batch fails");
 * if (end.inputs[0]?.namespace !== "s3://lake") throw new Error("the bucket is the namespace");
 * ```
 */
export function ingestEvents(record: IngestRecord, endedAtMs: number, teller: Teller): readonly OpenLineageEvent[] {
  const facets = facetMaker(teller.producer);
  const source = nameOf(record.source.uri, teller);
  const input: OpenLineageDataset = {
    ...source,
    facets: {
      version: facets.version(record.source.digest),
      schema: facets.schema(record.columns.filter((column) => column.inSource)),
    },
  };
  const judged: OpenLineageDataset = {
    ...input,
    inputFacets: {
      inputStatistics: facets.read(record.rowsRead),
      dataQualityMetrics: facets.metrics(record),
      ...(record.checks.length > 0 && { dataQualityAssertions: facets.assertions(record.checks) }),
    },
  };
  const runId = uuidOf(record.startedAtMs, digestOfJson({ ...teller, endedAtMs, record: JSON.stringify(record) }));
  return pair(teller, facets, record.dataset, runId, [record.startedAtMs, endedAtMs], {
    type: record.outcome === "committed" ? "COMPLETE" : "FAIL",
    run: record.outcome === "committed" ? {} : { errorMessage: facets.error(record.reasons.join("\n")) },
    inputs: [[input], [judged]],
    outputs: outputsOf(record, source, teller, facets),
  });
}

/**
 * The START and the FAIL of an ingest that threw; ABORT where its caller ended it.
 *
 * @example
 * ```ts
 * import { failedIngestEvents } from "sluice/interop/openlineage";
 * const failed = { dataset: "trips", source: { uri: "/in/trips.csv" }, startedAtMs: 0, endedAtMs: 5, aborted: false, error: "io/failed" };
 * const [start, end] = failedIngestEvents(failed, { namespace: "shop", producer: "https://example.org/pipeline" });
 * if (start?.eventType !== "START" || end?.eventType !== "FAIL") throw new Error("a run that fails");
 * ```
 */
export function failedIngestEvents(failed: FailedIngest, teller: Teller): readonly OpenLineageEvent[] {
  const facets = facetMaker(teller.producer);
  const { dataset, source, startedAtMs, endedAtMs, aborted, error } = failed;
  const input = { ...nameOf(source.uri, teller), facets: {} };
  const identity = { ...teller, dataset, uri: source.uri.toWellFormed(), startedAtMs, endedAtMs, aborted };
  const runId = uuidOf(startedAtMs, digestOfJson({ ...identity, error: error.toWellFormed() }));
  return pair(teller, facets, dataset, runId, [startedAtMs, endedAtMs], {
    type: aborted ? "ABORT" : "FAIL",
    run: { errorMessage: facets.error(error) },
    inputs: [[input], [input]],
    outputs: [{ namespace: teller.namespace, name: dataset, facets: {} }],
  });
}

interface End {
  readonly type: OpenLineageEvent["eventType"];
  readonly run: OpenLineageFacets;
  /** Of the start, and of the end. */
  readonly inputs: readonly [readonly OpenLineageDataset[], readonly OpenLineageDataset[]];
  readonly outputs: readonly OpenLineageDataset[];
}

function pair(
  teller: Teller,
  facets: FacetMaker,
  dataset: string,
  runId: string,
  [startedAtMs, endedAtMs]: readonly [number, number],
  end: End,
): readonly OpenLineageEvent[] {
  const job = { namespace: teller.namespace, name: `ingest.${dataset}`, facets: { jobType: facets.jobType() } };
  const shared = { producer: teller.producer, schemaURL: eventSchema };
  return [
    {
      eventType: "START",
      eventTime: new Date(startedAtMs).toISOString(),
      ...shared,
      run: { runId, facets: {} },
      job,
      inputs: end.inputs[0],
      outputs: end.outputs.map(({ namespace, name }) => ({ namespace, name, facets: {} })),
    },
    {
      eventType: end.type,
      eventTime: new Date(Math.max(startedAtMs, endedAtMs)).toISOString(),
      ...shared,
      run: { runId, facets: end.run },
      job,
      inputs: end.inputs[1],
      outputs: end.outputs,
    },
  ];
}

function outputsOf(
  record: IngestRecord,
  source: { readonly namespace: string; readonly name: string },
  { namespace }: Teller,
  facets: FacetMaker,
): readonly OpenLineageDataset[] {
  const columns = {
    schema: facets.schema(record.columns),
    columnLineage: facets.columnLineage(source, record.columns),
  };
  const [main] = record.versions;
  if (main === undefined) return [{ namespace, name: record.dataset, facets: columns }];
  return record.versions.map((version) => ({
    namespace,
    name: version.dataset,
    facets: { version: facets.version(version.version), ...columns },
    outputFacets: { outputStatistics: facets.written(version.rows) },
  }));
}

/** OpenLineage names a file by `file` and its path, an object by its bucket and key; what has no address is named in our own namespace. */
function nameOf(uri: string, { namespace }: Teller): { readonly namespace: string; readonly name: string } {
  const remote = /^([a-z][a-z0-9+.-]*:\/\/[^/]+)\/(.+)$/i.exec(uri);
  if (remote !== null) return { namespace: remote[1] ?? "", name: remote[2] ?? "" };
  const local = /^(?:file:\/\/)?(\/.+|[A-Za-z]:[\\/].+)$/.exec(uri);
  if (local !== null) return { namespace: "file", name: local[1] ?? "" };
  return { namespace, name: uri === "" ? "source" : uri };
}

/** A UUID of version 7 (RFC 9562) whose random bits are those of a digest: the same run has the same id. */
function uuidOf(ms: number, digest: string): string {
  const time = Math.max(0, Math.floor(ms)).toString(16).padStart(12, "0").slice(-12);
  const hex = digest.slice("sha256:".length);
  const variant = ((Number.parseInt(hex.slice(3, 4), 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(7, 19)}`;
}
