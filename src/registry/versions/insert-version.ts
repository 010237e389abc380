import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { LineageEdge } from "../../contracts/lineage-store.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";
import type { Starter } from "../../contracts/starter.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { madeEdge } from "../../ledger/made-artifacts.ts";
import { pipelineMember, presentPipeline } from "../../ledger/present-pipeline.ts";
import { printedRun } from "../../ledger/run-text.ts";
import { type SignedText, signRecord } from "../../ledger/signed-record.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { setLabel, tagLabel } from "../search/label-table.ts";
import { insertMetrics } from "../search/metric-table.ts";
import { requireTags, type VersionTags } from "../search/version-tags.ts";
import type { RegistryTables } from "../tables.ts";
import { readCounters, writeCounters } from "./model-row.ts";
import { requireKind } from "./require-kind.ts";
import { modelLock, versionSubject } from "./version-key.ts";
import type { VersionBody } from "./version-table.ts";
import { printedVersion } from "./version-text.ts";

/** Who made a version, and how it is found. */
export interface RegistrationAbout {
  /** Who made it: may not approve it. */
  readonly author: string;
  /**
   * Who else made it: they may not approve it either. Who started its run, or the pipeline it is registered in, is known without being named here.
   * @default nobody
   */
  readonly contributors?: readonly string[];
  /** To search by. Nobody signs them, and no gate reads them. @default none */
  readonly tags?: VersionTags;
}

/** A version as it was registered. */
export interface RegisteredVersion extends ModelVersion {
  /** What is legal but unwise: a model without a feature service, an evaluation without a metric that the policy asks for; left out where there is nothing. */
  readonly warnings?: readonly string[];
}

type Warned = Pick<RegisteredVersion, "warnings">;

/** How a version came here, where it was not made here. */
export interface Arrival {
  /** @default from its run, its evaluation and its features */
  readonly edgesOf?: (body: VersionBody) => readonly LineageEdge[];
  /** What its audit record tells besides. @default nothing */
  readonly told?: { readonly [member: string]: JsonValue };
  /** Who is known to have made the artifact besides. @default nobody */
  readonly makers?: readonly Starter[];
}

/** A version before it has a number. */
export type Made = Omit<VersionBody, "version" | "author" | "contributors" | "registeredAtMs">;

const attempts = 32;

/** Writes a version under the next free number. Errors: `registry/conflict`, `definition/conflict` (the name is of another kind), `argument/invalid`. */
export async function insertVersion(
  options: RegistryOptions,
  about: RegistrationAbout,
  warned: Warned,
  { metrics }: Pick<EvaluationReport, "metrics">,
  made: Made,
  { edgesOf = registeredEdges, told = {}, makers = [] }: Arrival = {},
): Promise<RegisteredVersion> {
  const { author, contributors: named = [], tags = {} } = about;
  requireTags(made.name, tags);
  requireNames(made.name, named);
  const starters = [...(presentPipeline.get()?.startedBy ?? []), ...makers];
  const contributors = [...new Set([...named, ...starters.flatMap(({ names }) => names)])];
  const sql = options.metadata.sql.withTables<RegistryTables>();
  for (let attempt = 0; attempt < attempts; attempt++) {
    const counters = await readCounters(sql, made.name);
    await requireKind(sql, made);
    const body: VersionBody = {
      ...made,
      version: counters.versions + 1,
      author,
      ...(contributors.length === 0 ? {} : { contributors }),
      registeredAtMs: Math.max(options.clock.nowMs(), counters.lastMs),
    };
    const signed = await signRecord(options.signer, body);
    if (
      !(await insert(options, body, signed, {
        tags,
        metrics,
        edges: edgesOf(body),
        told: { ...toldOf(warned), ...told },
      }))
    )
      continue;
    options.events.emit("version.registered", { model: body.name, version: body.version, ...warned });
    for (const warning of warned.warnings ?? [])
      options.logger?.warn({ model: body.name, version: body.version }, warning);
    const { kind, schema: _schema, ...version } = body;
    const run = printedRun({ ...version.run });
    return printedVersion({ ...version, run, ...kindMember(kind), stage: "registered", revision: 0, ...warned });
  }
  throw new SluiceError("registry/conflict", {
    found: `${attempts} other registrations of "${made.name}" at the same moment`,
    expected: "a moment's quiet",
    fix: "Try again.",
  });
}

function kindMember(kind: VersionBody["kind"]): Pick<ModelVersion, "kind"> {
  if (kind === "model-version") return {};
  return { kind: kind === "prompt-version" ? "prompt" : "config" };
}

function toldOf({ warnings }: Warned): { readonly [member: string]: JsonValue } {
  return warnings === undefined ? {} : { warnings: [...warnings] };
}

interface Beside {
  readonly tags: VersionTags;
  readonly metrics: EvaluationReport["metrics"];
  readonly edges: readonly LineageEdge[];
  readonly told: { readonly [member: string]: JsonValue };
}

/** A text in place of the list would be its letters: nobody's name. */
function requireNames(model: string, names: unknown): void {
  if (Array.isArray(names) && names.every((name) => typeof name === "string" && name.trim() !== "")) return;
  throw new SluiceError("argument/invalid", {
    found: `contributors ${String(JSON.stringify(names))} of a version of "${model}"`,
    expected: "a list of names",
    fix: 'Pass contributors: ["grace"], or leave it out.',
  });
}

/** Writes the version if its number is still free. */
async function insert(
  options: RegistryOptions,
  body: VersionBody,
  signed: SignedText,
  beside: Beside,
): Promise<boolean> {
  const { name: model, version, registeredAtMs, author } = body;
  const { tags, metrics, edges, told } = beside;
  return await options.metadata.write(async (tx) => {
    await tx.lock(modelLock(model));
    const sql = tx.sql.withTables<RegistryTables>();
    const counters = await readCounters(sql, model);
    if (counters.versions + 1 !== version) return false;
    await writeCounters(tx, model, {
      ...counters,
      versions: version,
      lastMs: Math.max(counters.lastMs, registeredAtMs),
    });
    const found = { kind: body.kind.replace("-version", ""), author, registered_ms: registeredAtMs };
    await sql
      .insertInto("registry_version")
      .values({ model, version, ...signed, stage: "registered", revision: 0, certificate: null, ...found })
      .execute();
    for (const [tag, value] of Object.entries(tags)) await setLabel(sql, body, tagLabel(tag), value);
    await insertMetrics(sql, body, metrics);
    await options.ledger.lineage.record(tx, edges);
    await options.ledger.changes.publish(tx, "version.registered", { model, version });
    await options.ledger.audit.append(tx, {
      kind: "version.registered",
      subject: versionSubject(body),
      actor: author,
      body: {
        record: digestOf(signed.body),
        artifact: body.artifactDigest,
        evaluation: body.evaluationDigest,
        run: body.run.id,
        ...(body.made !== undefined && { made: body.made }),
        service: body.service.hash,
        ...pipelineMember(),
        ...told,
      },
    });
    return true;
  });
}

/** Where the run has not recorded the artifact, that it made it is what the caller says: the registry has not seen it happen. */
function registeredEdges(body: VersionBody): readonly LineageEdge[] {
  const version = `model-version:${versionSubject(body)}` as const;
  const artifact = `artifact:${body.artifactDigest}` as const;
  const made: readonly LineageEdge[] = [
    { from: artifact, to: version, kind: "registered", asserted: false },
    { from: `evaluation:${body.evaluationDigest}`, to: version, kind: "registered", asserted: false },
  ];
  if (body.kind !== "model-version") return made;
  return [
    body.made === "recorded"
      ? { from: `run:${body.run.id}`, to: artifact, kind: madeEdge, asserted: false }
      : { from: `run:${body.run.id}`, to: artifact, kind: "trained", asserted: true },
    ...made,
    { from: `features:${body.service.hash}`, to: version, kind: "registered", asserted: false },
  ];
}
