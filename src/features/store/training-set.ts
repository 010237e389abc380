import type { DatasetReader, DatasetVersion } from "../../contracts/dataset-version.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { LineageEdge } from "../../contracts/lineage-store.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { TrainingSet, TrainingSetRef } from "../../contracts/training-set.ts";
import { digestOfJson } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { Turns } from "../../core/turns.ts";
import { printable } from "../../core/printable.ts";
import { concatTables } from "../../table/concat-tables.ts";
import { tableFromRows } from "../../table/table-from-rows.ts";
import { tableDigestSteps } from "../../table/table-digest.ts";
import type { Table } from "../../table/table.ts";
import { namingDefinition } from "../definitions/naming-definition.ts";
import type { ComputedFeatures, InputFrame } from "./frame.ts";
import { atOfSpine, inputsOfSpine } from "./input-table.ts";
import { formatTrainingSet } from "./format-training-set.ts";
import type { ServicePlan } from "./service-plan.ts";
import type { SourceVersions } from "./source-history.ts";
import { requireNoFeature, trainingTable } from "./training-columns.ts";

/** What a training set is built from. */
export interface TrainingSetInput {
  readonly plan: ServicePlan;
  readonly spine: Table | DatasetVersion;
  readonly at: string;
  readonly datasets: DatasetReader;
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly signal?: AbortSignal;
  /** The versions to compute from; asked for once the spine is known to be one. */
  versions(): Promise<SourceVersions>;
  compute(frame: InputFrame, sources: SourceVersions): Promise<ComputedFeatures>;
}

/** Builds a training set and records what it was made from. */
export async function buildTrainingSet(input: TrainingSetInput): Promise<TrainingSet> {
  const { service, views } = input.plan;
  requireSpine(service.name, input.spine);
  const spine = "columns" in input.spine ? input.spine : await readSpine(input.datasets, input.spine, input.signal);
  const keys = new Set(views.flatMap((view) => Object.keys(view.view.keys)));
  const frame = namingDefinition(`feature service "${service.name}"`, (): InputFrame => {
    requireNoFeature(spine, service);
    return { inputs: inputsOfSpine(service.input, keys, spine), atMs: atOfSpine(spine, input.at) };
  });
  const versions = await input.versions();
  const features = await input.compute(frame, versions);
  const turns = new Turns(input.signal);
  const table = await turns.run(trainingTable(spine, service, features));
  const spineDigest = "columns" in input.spine ? await turns.run(tableDigestSteps(spine)) : input.spine.digest;
  const sources = Object.entries(versions).map(([dataset, version]) => ({ dataset, version }));
  sources.sort((a, b) => (a.dataset < b.dataset ? -1 : 1));
  const digest = digestOfJson({
    format: "training-set@1",
    spine: spineDigest,
    at: input.at,
    service: service.hash,
    sources,
  });
  const ref: TrainingSetRef = {
    digest,
    rows: spine.rowCount,
    service: { name: service.name, hash: service.hash, schemaHash: service.schemaHash },
    sources,
    spineDigest,
  };
  const edges = lineageOf(ref, "columns" in input.spine ? undefined : input.spine);
  await input.metadata.write(async (tx) => await input.ledger.lineage.record(tx, edges));
  const set = { ...ref, table, features: service.features.map((feature) => feature.name) };
  return printable(set, formatTrainingSet);
}

/** What the types promise, a plain-JavaScript caller may not have passed. */
function requireSpine(service: string, spine: unknown): void {
  if (typeof spine === "object" && spine !== null && ("columns" in spine || "digest" in spine)) return;
  const found = typeof spine === "string" ? JSON.stringify(spine) : Array.isArray(spine) ? "a list" : typeof spine;
  throw new SluiceError("features/invalid-input", {
    found: `${found} as the spine for feature service "${service}"`,
    expected: "a table or a dataset version",
    fix: "Make one of rows by tableFromRows(rows, types) of sluice/table, or read one by ws.data.read(name).",
  });
}

async function readSpine(
  datasets: DatasetReader,
  version: DatasetVersion,
  signal: AbortSignal | undefined,
): Promise<Table> {
  const parts: Table[] = [];
  for await (const part of datasets.scan(version.digest, signal === undefined ? {} : { signal })) parts.push(part);
  const columns = datasets.definition(version.dataset)?.columns;
  return parts.length === 0 && columns !== undefined ? tableFromRows([], columns) : concatTables(parts);
}

/** A spine that came as a table has no history of its own: it is said (asserted) to be what its digest names. */
function lineageOf(ref: TrainingSetRef, spine: DatasetVersion | undefined): readonly LineageEdge[] {
  const to = `training-set:${ref.digest}` as const;
  return [
    { from: `features:${ref.service.hash}`, to, kind: "computed", asserted: false },
    ...ref.sources.map((source) => ({
      from: `dataset:${source.version}` as const,
      to,
      kind: "computed",
      asserted: false,
    })),
    spine === undefined
      ? { from: `source:${ref.spineDigest}`, to, kind: "spine", asserted: true }
      : { from: `dataset:${spine.digest}`, to, kind: "spine", asserted: false },
  ];
}
