import type { AuditRecord } from "../../contracts/audit-log.ts";
import type { AuditTrailVerdict } from "../../contracts/audit-trail.ts";
import type { PromotionCertificate } from "../../contracts/certificate.ts";
import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { LineageTree } from "../../contracts/lineage-store.ts";
import type { ModelCard } from "../../contracts/model-card.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";
import type { Alert, MonitorDefinition } from "../../contracts/monitor.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { isSluiceError, type SluiceErrorCode } from "../../core/errors.ts";
import { requireMade } from "../../core/known-arguments.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { CatalogView } from "../../features/catalog/catalog-page.ts";
import type { MonitorWindow } from "../../monitoring/window-verdict.ts";
import type { RunRecord } from "../../training/tracking/run-record.ts";
import type { Workspace } from "../../workspace.ts";
import { allRecords } from "../all-records.ts";
import { modelOf, textIn, versionOf } from "../record-body.ts";
import { pipelineRunOf, pipelinesOf } from "./model-pipelines.ts";

/** What documents are made from: a workspace, as far as they need it. */
export type DocumentedWorkspace = Pick<
  Workspace,
  "audit" | "verifyAudit" | "data" | "features" | "experiments" | "registry" | "monitoring"
>;

/** Names a version. */
export interface DocumentedVersion {
  readonly name: string;
  readonly version: number;
}

/** A dataset version that a model version rests on, as far as it is still there. */
export interface DataFacts {
  readonly role: "training" | "evaluation";
  readonly dataset: string;
  readonly digest: Digest;
  readonly version: DatasetVersion | undefined;
  readonly validation: { readonly validated: boolean; readonly reason: string } | undefined;
  /** The event of its commit. */
  readonly committed: AuditRecord | undefined;
  /** Batches of the dataset that were kept out. */
  readonly blocked: readonly AuditRecord[];
}

/** What is armed for the model, and what it has seen. */
export interface MonitorFacts {
  readonly definition: MonitorDefinition;
  readonly windows: readonly MonitorWindow[];
  readonly alerts: readonly Alert[];
}

/** Everything on record about a version that documents tell. */
export interface VersionFacts {
  readonly version: ModelVersion;
  readonly others: readonly ModelVersion[];
  readonly verdict: AuditTrailVerdict;
  /** The events about the model, its monitors, and what is about all models, oldest first. */
  readonly records: readonly AuditRecord[];
  /** The first event of the log, and the last; undefined for an empty one. */
  readonly ends: { readonly first: AuditRecord | undefined; readonly last: AuditRecord | undefined };
  /** Of them, those about this version. */
  readonly own: readonly AuditRecord[];
  /** Of them, those about any version of the model. */
  readonly ofModel: readonly AuditRecord[];
  /** Of them, those about the model's monitors. */
  readonly ofMonitors: readonly AuditRecord[];
  /** Of them, those about pipelines that train or retrain the model. */
  readonly ofPipelines: readonly AuditRecord[];
  readonly certificates: readonly PromotionCertificate[];
  /** The newest card that people wrote. */
  readonly card: ModelCard | undefined;
  readonly evaluation: EvaluationReport | undefined;
  readonly run: RunRecord | undefined;
  readonly params: { readonly [name: string]: JsonValue } | undefined;
  readonly data: readonly DataFacts[];
  readonly views: readonly CatalogView[];
  readonly monitors: readonly MonitorFacts[];
  readonly lineage: LineageTree;
}

/** Refuses what names no version. Errors: `argument/invalid`. */
export function requireDocumented(call: string, key: unknown): void {
  const named = {
    what: "a version",
    by: "{ name, version: 3 }",
    members: { name: "text", version: "number" },
  } as const;
  requireMade(call, key, named);
}

/** Reads what is on record about a version. Errors: `registry/not-found`; what says that records were changed (`registry/tampered`, `audit/broken`, …). */
export async function versionFacts(
  ws: DocumentedWorkspace,
  key: DocumentedVersion,
  options: WorkOptions = {},
): Promise<VersionFacts> {
  requireDocumented("a document", key);
  const { signal, onProgress } = options;
  const tell = (stage: string, done: number): void => {
    signal?.throwIfAborted();
    onProgress?.({ stage, done, total: 5, unit: "parts" });
  };
  const version = await ws.registry.version(key.name, key.version);
  tell("verifying the audit log", 1);
  const verdict = await ws.verifyAudit();
  tell("reading the audit log", 2);
  const work = { ...(signal !== undefined && { signal }) };
  const related = await allRecords(ws, { kind: documentedKinds }, work, concerns(key.name));
  const records = related.filter((record) => !isOfAnother(record, key.name));
  const ofModel = records.filter(
    ({ kind, subject }) =>
      versionOf(subject)?.model === key.name ||
      (subject === key.name && /^(?:load|registration|rollout)\.refused$/.test(kind)),
  );
  const own = ofModel.filter(({ subject }) => subject === `${key.name}@${key.version}`);
  tell("reading evaluation, run and data", 3);
  const evaluation = await ws.registry.evaluationOf(key);
  const run = await present(ws.experiments.record(version.run.id), ["training/run-not-found"]);
  const params = run === undefined ? undefined : await ws.experiments.params(run.ref.id);
  const data = await dataFacts(ws, version, evaluation);
  tell("reading monitors", 4);
  const monitors = await monitorFacts(ws, key.name);
  const watched = new Set(monitors.map(({ definition }) => definition.id));
  for (const record of records) if (textIn(record, "model") === key.name) watched.add(record.subject);
  const views = (await ws.features.catalog()).views;
  const facts = {
    version,
    others: (await ws.registry.versions(key.name)).filter((one) => one.version !== key.version),
    verdict,
    records,
    ends: { first: await endOf(ws, false), last: await endOf(ws, true) },
    own,
    ofModel,
    ofMonitors: records.filter(({ kind, subject }) => /^(?:monitor|alert)\./.test(kind) && watched.has(subject)),
    ofPipelines: pipelinesOf({ model: key.name, records: related, watched, retraining: retrainingOf(monitors) }),
    certificates: await certificatesOf(ws, own),
    card: await ws.registry.card(key),
    evaluation,
    run,
    params,
    data,
    views: views.filter(({ models }) => models.includes(`${key.name}@${key.version}`)),
    monitors,
    lineage: await ws.registry.lineageOf(key),
  };
  tell("read", 5);
  return facts;
}

/** What the library records about models, and what is about all of them; commits are looked up by dataset. */
const documentedKinds: readonly string[] = [
  ...["policy.adopted", "features.registered", "features.collected", "features.backfilled", "data.collected"],
  ...["version.registered", "version.approved", "version.promoted", "version.archived", "gate.refused"],
  ...["version.deprecated", "version.reinstated", "approval.revoked", "card.written", "alias.moved", "alias.removed"],
  ...["rollout.started", "rollout.advanced", "rollout.passed", "rollout.rolledBack", "rollout.promoted"],
  ...["rollout.aborted", "monitor.armed", "monitor.rearmed", "monitor.disarmed", "alert.raised"],
  ...["alert.acknowledged", "alert.resolved", "retraining.started", "pipeline.ended", "audit.erased"],
  ...["run.started", "run.made", "key.retired"],
  ...["audit.retained", "host.documentation-part", "version.exported", "version.tagged", "import.refused"],
  ...["key.rotated", "load.refused", "registration.refused", "rollout.refused", "features.erased"],
];

/**
 * Whether an event may be told of a model: it is about it, about no model, or says which pipeline another one came of. Asked of all events in
 * their order.
 */
function concerns(model: string): (record: AuditRecord) => boolean {
  const watching = new Set<string>();
  const inPipelines = new Set<string>();
  return (record) => {
    const { kind, subject } = record;
    const of = modelOf(record);
    if (kind === "run.started" && pipelineRunOf(record) !== undefined) inPipelines.add(subject);
    if (isOfAnother(record, model) && kind === "version.registered")
      return pipelineRunOf(record) !== undefined || inPipelines.has(`run:${textIn(record, "run") ?? ""}`);
    if (kind === "alert.raised" && of === model) watching.add(subject);
    if (kind.startsWith("alert.")) return watching.has(subject);
    return of === undefined
      ? subject === model || !/^(?:load|registration|rollout)\.refused$/.test(kind)
      : of === model;
  };
}

function isOfAnother(record: AuditRecord, model: string): boolean {
  const of = versionOf(record.subject)?.model;
  return of !== undefined && of !== model;
}

/** The policies that were put into force for what is of the version's kind, oldest first: those of prompts say nothing of a model. */
export function policiesOf({ version, records }: VersionFacts): readonly AuditRecord[] {
  const kind = version.kind ?? "model";
  return records.filter((record) => record.kind === "policy.adopted" && (textIn(record, "for") ?? "model") === kind);
}

/** The value, or undefined where it is not there (any more). That something was changed is never taken for that. */
async function present<T>(value: Promise<T>, absent: readonly SluiceErrorCode[]): Promise<T | undefined> {
  try {
    return await value;
  } catch (error) {
    if (isSluiceError(error) && absent.includes(error.code)) return undefined;
    throw error;
  }
}

async function endOf(ws: DocumentedWorkspace, newestFirst: boolean): Promise<AuditRecord | undefined> {
  return (await ws.audit.search({ newestFirst, limit: 1 })).records[0];
}

async function certificatesOf(
  ws: DocumentedWorkspace,
  own: readonly AuditRecord[],
): Promise<readonly PromotionCertificate[]> {
  const digests = own.flatMap((record) => {
    const digest = record.kind === "version.promoted" ? textIn(record, "certificate") : undefined;
    return digest !== undefined && isDigest(digest) ? [digest] : [];
  });
  const found = digests.map((digest) => present(ws.registry.certificate(digest), ["certificate/missing"]));
  return (await Promise.all(found)).flatMap((one) => (one === undefined ? [] : [one]));
}

async function dataFacts(
  ws: DocumentedWorkspace,
  { run }: ModelVersion,
  evaluation: EvaluationReport | undefined,
): Promise<readonly DataFacts[]> {
  const training = (run.training?.sources ?? []).map((one) => ({ ...one, role: "training" as const }));
  const heldOut = (evaluation?.sources ?? []).map((one) => ({ ...one, role: "evaluation" as const }));
  const facts: DataFacts[] = [];
  for (const { dataset, version: digest, role } of [...training, ...heldOut]) {
    const gone: readonly SluiceErrorCode[] = ["data/version-not-found", "data/erased"];
    const asked = { subject: dataset, kind: ["dataset.committed", "batch.blocked"] };
    const events = await allRecords(
      ws,
      asked,
      {},
      (record) => record.kind === "batch.blocked" || textIn(record, "version") === digest,
    );
    facts.push({
      role,
      dataset,
      digest,
      version: await present(ws.data.version(digest), gone),
      validation: await present(ws.data.validation(digest), gone),
      committed: events.find(({ kind }) => kind === "dataset.committed"),
      blocked: events.filter(({ kind }) => kind === "batch.blocked"),
    });
  }
  return facts;
}

async function monitorFacts(ws: DocumentedWorkspace, model: string): Promise<readonly MonitorFacts[]> {
  const definitions = (await ws.monitoring.definitions()).filter((one) => one.model === model);
  return await Promise.all(
    definitions.map(async (definition) => ({
      definition,
      windows: await ws.monitoring.windows(definition.id),
      alerts: await ws.monitoring.alerts(definition.id),
    })),
  );
}

/** The pipelines that monitors start. */
function retrainingOf(monitors: readonly MonitorFacts[]): ReadonlySet<string> {
  const actions = monitors.flatMap(({ definition }) => definition.response.actions);
  return new Set(actions.flatMap((action) => (action.do === "retrain" ? [action.pipeline] : [])));
}
