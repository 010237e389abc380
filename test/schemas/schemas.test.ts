import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { liveThroughEverything } from "./busy-workspace.ts";
import { faults, type JsonSchema, schemas } from "./json-schemas.ts";
import { offlineColumns, type StoredText, textsInBlobs, textsInTables, workspaceFile } from "./stored-records.ts";

// Every record that a workspace leaves behind is collected from its folder and validated: what is stored without a schema fails
// here, and so does a schema that nothing was stored for.

/** The schema of each column that holds JSON. `host`: the host's own values; `returned`: judged as the public face returns it. */
const columns: { readonly [column: string]: string } = {
  "data_definition.definition": "dataset-definition",
  "data_batch.record": "ingested-batch",
  "data_commit.record": "dataset-commit",
  "data_metrics.metrics": "batch-metrics",
  "audit_events.record": "audit-record",
  "audit_personal.value": "host",
  "audit_checkpoints.body": "audit-checkpoint-body",
  "changes.payload": "returned",
  "feature_materialization.loaded": "loaded-range",
  "feature_materialization.part": "loaded-range",
  "feature_view.windowed": "windowed-view",
  "feature_view.on_demand": "on-demand-view",
  "feature_view.alias": "alias-view",
  "feature_catalog.record": "feature-catalog",
  "feature_profile.record": "feature-profile",
  "training_run.training": "training-set-ref",
  "training_run.started_by": "starters",
  "training_pipeline_run.started_by": "starters",
  "training_param.value": "host",
  "training_pipeline_run.cause": "host",
  "training_pipeline_step.output": "host",
  "training_step_cache.output": "host",
  "registry_version.body": "model-version",
  "registry_standing.body": "standing",
  "registry_standing_block.body": "standing-block",
  "registry_certificate.body": "certificate-body",
  "registry_approval.body": "approval",
  "registry_evaluation.body": "evaluation-statement",
  "registry_evaluation.report": "evaluation-report",
  "registry_evidence.body": "promotion-evidence",
  "registry_policy.body": "policy",
  "registry_card.body": "model-card",
  "serving_rollout.state": "rollout-state",
  "serving_rollout_evidence.body": "rollout-evidence",
  "monitoring_monitor.definition": "monitor-definition",
  "monitoring_window.detail": "monitor-window-detail",
  "monitoring_alert.definition": "monitor-definition",
  "sluice_source.columns": "offline-columns",
};

/** The schemas that a blob of JSON may have. */
const blobSchemas = [
  "dataset-manifest",
  "artifact-manifest",
  "linear-model",
  "prompt",
  "config",
  "tfjs-model",
  "promotion-evidence",
  "reference-profile",
  "exported-version",
  "exported-records",
  "signed-certificate",
  "audit-inclusion-proof",
  "policy",
];

/** Members that a record of its schema may lack. */
const optional: { readonly [schema: string]: readonly string[] } = {
  "ingested-batch": ["ignoredColumns", "wholeBatchChecks"],
  "audit-record": ["hash", "personal", "branch", "commit", "change"],
  "delivery-figures": ["deploymentsPerWeek"],
  "delivery-baseline": ["models"],
  "promotion-evidence": ["reproduction", "alias", "deprecation"],
  "evaluation-report": [
    ...[
      "digest",
      "sizeBytes",
      "kind",
      "classes",
      "calibration",
      "reliability",
      "curve",
      "decisions",
      "thresholds",
      "worstSlices",
    ],
    ...["fairness", "robustness", "latency", "batchLatency", "leakage", "reproduction", "code"],
  ],
  "model-version": ["origin", "contributors", "files", "made"],
  "pipeline-run": ["startedBy"],
  standing: ["aliases", "deprecated", "cards", "revoked", "log"],
  "certificate-body": ["alias", "breakGlass"],
  policy: ["aliases", "breakGlass"],
};

/** Where a record holds what the host, zod or TensorFlow.js wrote: nothing is said of it. */
const host: { readonly [schema: string]: RegExp } = {
  "dataset-definition": /^\/(?:rules\/[^/]+|rowRules\/\d+|checks\/[^/]+\/params)(?:\/|$)/,
  "tfjs-model": /^\/modelTopology/,
  "run-params": /^\//,
  "dataset-commit": /^\/meta/,
  "pipeline-run": /^\/cause/,
  policy: /\/params(?:\/|$)|^\/(?:aliases)$/,
  prompt: /^\/parameters/,
  "model-card": /^\/parts\/notes/,
  "audit-record": /^\/body\/cause/,
  change: /^\/payload\/cause/,
};

/** Records of names that the host chooses: what is added is refused only when its value is none of the format's. */
const maps: ReadonlySet<string> = new Set(["run-params", "feature-inputs", "offline-columns"]);

const folder = mkdtempSync(join(tmpdir(), "sluice-schemas-"));
const records = new Map<string, unknown[]>();
let others: readonly string[] = [];
let unknown: readonly string[] = [];

beforeAll(async () => {
  const returned = await liveThroughEverything(folder);
  for (const [schema, record] of returned) keep(schema, JSON.parse(JSON.stringify(record)));
  const workspace = `${folder}/workspace`;
  keep("workspace", JSON.parse(workspaceFile(workspace).text));
  const inTables = [
    ...(await textsInTables(`${workspace}/metadata.sqlite`)),
    ...(await textsInTables(`${workspace}/online.sqlite`)),
    ...(await offlineColumns(`${folder}/offline.duckdb`)),
  ];
  unknown = [...new Set(inTables.map(({ where }) => where).filter((where) => columns[where] === undefined))];
  for (const { where, text } of inTables) keep(columns[where] ?? "host", JSON.parse(text));
  const blobs = await textsInBlobs(`${workspace}/blobs`);
  others = blobs.others;
  for (const found of blobs.texts) keep(schemaOfBlob(found), JSON.parse(found.text));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function keep(schema: string, record: unknown): void {
  if (schema !== "host" && schema !== "returned") records.set(schema, [...(records.get(schema) ?? []), record]);
}

/** A packed blob says what it is; a blob of JSON is what exactly one schema takes it for. */
function schemaOfBlob({ where, text }: StoredText): string {
  const record: { readonly head?: { readonly kind?: string } } = JSON.parse(text);
  if (where === "inputs") return "feature-inputs";
  if (where === "segment") return record.head?.kind === "outcomes" ? "outcome-segment-head" : "prediction-segment-head";
  const fitting = blobSchemas.filter((schema) => faults(schema, record) === "");
  if (fitting.length !== 1) throw new Error(`${fitting.length} schemas (${fitting.join(", ")}) take ${text}`);
  return fitting[0] ?? "";
}

const described = [...schemas.keys()].filter((name) => name !== "vocabulary");

test("every stored text that is JSON has a schema, and every blob is known", () => {
  expect(unknown).toEqual([]);
  // The files of artifacts and runs that are not JSON: a network's weights and a run's note.
  expect(others).toHaveLength(2);
});

test.each(described)("%s: what the library writes is valid", (name) => {
  const found = records.get(name) ?? [];
  expect(found.length, `nothing was stored that is ${name}`).toBeGreaterThan(0);
  for (const record of found) expect(faults(name, record), JSON.stringify(record)).toBe("");
});

test.each(described)("%s: a record with a missing or another member is refused", (name) => {
  const schema = schemas.get(name) ?? {};
  const must = namesIn(schema["required"]);
  for (const record of distinct(records.get(name) ?? [])) {
    if (!isObject(record)) throw new Error(`a record that is no object: ${JSON.stringify(record)}`);
    if (!maps.has(name)) {
      const missing = Object.keys(record).filter((member) => !must.includes(member));
      expect(missing.filter((member) => optional[name]?.includes(member) !== true)).toEqual([]);
    }
    for (const member of must) {
      const { [member]: _gone, ...rest } = record;
      expect(faults(name, rest), `without ${member}`).not.toBe("");
    }
    if (name === "run-params") expect(faults(name, { ...record, [""]: 1 })).not.toBe("");
    else expect(faults(name, { ...record, unexpected: { "?": 1 } })).not.toBe("");
  }
});

test.each(described)("%s: nothing can be added to a record within it, but where the host's own values are", (name) => {
  for (const record of distinct(records.get(name) ?? [])) {
    for (const path of pathsIn(record)) {
      if (host[name]?.test(path) === true) continue;
      const changed: unknown = structuredClone(record);
      Object.assign(at(changed, path), { unexpected: { "?": 1 } });
      expect(faults(name, changed), `with another member in ${path}`).not.toBe("");
    }
  }
});

test.each(described)("%s: a record of another version is refused", (name) => {
  const version = ["schema", "format"].find((member) => {
    const properties = schemas.get(name)?.["properties"];
    return isObject(properties) && isObject(properties[member]) && Number.isInteger(properties[member]["const"]);
  });
  if (version === undefined) return expect(withoutVersion).toContain(name);
  for (const record of distinct(records.get(name) ?? []))
    expect(faults(name, Object.assign({}, record, { [version]: 999 }))).not.toBe("");
});

/** Formats whose version stands elsewhere: in the semantics of a view's hash, in a segment's first bytes, or in the migrations of the tables they are read from. */
const withoutVersion = [
  "windowed-view",
  "on-demand-view",
  "alias-view",
  "prediction-segment-head",
  "outcome-segment-head",
  "served-segment-head",
  "feature-inputs",
  "signed-certificate",
  "exported-version",
  "audit-checkpoint",
  "run",
  "run-params",
  "pipeline-run",
  "offline-columns",
];

test("every kind of decision and of change that the library records was seen", () => {
  for (const name of ["audit-record", "change"]) {
    const seen = new Set((records.get(name) ?? []).map((record) => (isObject(record) ? record["kind"] : undefined)));
    const rules: readonly unknown[] = Array.isArray(schemas.get(name)?.["allOf"]) ? kindRules(name) : [];
    expect(rules.length).toBeGreaterThan(10);
    expect(rules.filter((kind) => !seen.has(kind))).toEqual([]);
    expect([...seen].filter((kind) => !rules.includes(kind) && !/^host\./.test(String(kind)))).toEqual([]);
  }
});

test.each([...schemas])("%s: says what everything in it is, and leaves no record open", (name, schema) => {
  expect(schema["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
  expect(schema["$id"]).toBe(`${name}.schema.json`);
  expect(schema["title"]).toMatch(/^[A-Z]/);
  expect(schema["description"]).toMatch(/\.$/);
  for (const node of nodesOf(schema)) {
    const properties = isObject(node["properties"]) ? node["properties"] : undefined;
    if (properties === undefined || node["type"] !== "object" || node["required"] === undefined) continue;
    // What a zod schema demands of a column is as zod describes it.
    if (name === "dataset-definition" && "wrappers" in properties) continue;
    expect(node["additionalProperties"], JSON.stringify(node)).toBe(false);
    for (const [member, said] of Object.entries(properties)) {
      const isSaid = isObject(said) && (typeof said["description"] === "string" || typeof said["$ref"] === "string");
      expect(isSaid, `${name}: ${member} has no description`).toBe(true);
    }
  }
});

test("every definition of the vocabulary is used", () => {
  const texts = [...schemas].map(([name, schema]) =>
    JSON.stringify(schema).replaceAll('"#/', `"${name}.schema.json#/`),
  );
  const defined = Object.keys((schemas.get("vocabulary")?.["$defs"] as object | undefined) ?? {});
  const unused = defined.filter(
    (one) => !texts.some((text) => text.includes(`"vocabulary.schema.json#/$defs/${one}"`)),
  );
  expect(defined.length).toBeGreaterThan(10);
  expect(unused).toEqual([]);
});

/** The kinds that a schema has a rule for. */
function kindRules(name: string): readonly unknown[] {
  return [...nodesOf(schemas.get(name) ?? {})].flatMap((node) => {
    const condition =
      isObject(node["if"]) && isObject(node["if"]["properties"]) ? node["if"]["properties"]["kind"] : {};
    if (!isObject(condition)) return [];
    return Array.isArray(condition["enum"]) ? condition["enum"] : "const" in condition ? [condition["const"]] : [];
  });
}

/** Every object within a value, the value itself included. */
function* nodesOf(value: unknown): Generator<JsonSchema> {
  if (Array.isArray(value)) for (const item of value) yield* nodesOf(item);
  if (!isObject(value)) return;
  yield value;
  for (const member of Object.values(value)) yield* nodesOf(member);
}

/** The JSON pointers of the objects within a value, but not of the value itself. */
function pathsIn(value: unknown, path: string = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const inner = `${path}/${name}`;
    return [...(isObject(member) ? [inner] : []), ...pathsIn(member, inner)];
  });
}

/** What a pointer of {@link pathsIn} points at. */
function at(value: unknown, path: string): object {
  let found = value;
  for (const name of path.split("/").slice(1)) found = Reflect.get(Object(found), name);
  return Object(found);
}

/** One record of each shape, and of each kind. */
function distinct(found: readonly unknown[]): readonly unknown[] {
  return [...new Map(found.map((record) => [shapeOf(record), record])).values()];
}

function shapeOf(record: unknown): string {
  return isObject(record) ? `${String(record["kind"])} ${Object.keys(record).join()}` : "";
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
