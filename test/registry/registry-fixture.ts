import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import { linear } from "../../src/backends/function/linear.ts";
import { linearRuntime } from "../../src/backends/function/linear-runtime.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { BlobStore } from "../../src/contracts/blob-store.ts";
import type { DatasetReader } from "../../src/contracts/dataset-version.ts";
import type { ServiceDefinition } from "../../src/contracts/feature-service.ts";
import type { PromotionPolicy } from "../../src/contracts/gate.ts";
import type { Ledger } from "../../src/contracts/ledger.ts";
import type { LinearModel } from "../../src/contracts/linear-model.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import type { ModelDefinition } from "../../src/contracts/model-definition.ts";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import type { RolloutEvidence } from "../../src/contracts/rollout.ts";
import type { RunRef } from "../../src/contracts/run.ts";
import type { Signer, Verifier } from "../../src/contracts/signer.ts";
import type { TrainingSet } from "../../src/contracts/training-set.ts";
import type { WorkspaceEvents } from "../../src/contracts/workspace-events.ts";
import { type ManualClock, manualClock } from "../../src/core/clock.ts";
import { type Digest, digestOf } from "../../src/core/digest.ts";
import { SluiceError } from "../../src/core/errors.ts";
import { typedEvents } from "../../src/core/events.ts";
import { seededRandom } from "../../src/core/random.ts";
import { BlobArtifactStore } from "../../src/ledger/artifacts/blob-artifact-store.ts";
import { contentDigest, modelContent } from "../../src/ledger/artifacts/model-content.ts";
import { recordMade, signMade } from "../../src/ledger/made-artifacts.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";
import { Evaluator } from "../../src/registry/evaluation/evaluator.ts";
import { model } from "../../src/registry/model.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { defaultPolicy } from "../../src/registry/policy/default-policy.ts";
import { registryMigrations } from "../../src/registry/registry-migrations.ts";
import type { RegistryOptions } from "../../src/registry/registry-options.ts";
import { makeTable } from "../../src/table/table.ts";
import { signingIn } from "../support/signing.ts";

/** What the other stages would say; a test sets it. */
export interface OtherStages {
  validated: boolean;
  /** The dataset of the spine's version, where it is one. */
  spine: string | undefined;
  /** Datasets whose versions are not validated. */
  unvalidated: readonly string[];
  serviceHash: ServiceDefinition["hash"] | undefined;
  rollout: RolloutEvidence | undefined;
}

export const service: ServiceDefinition = {
  kind: "service",
  name: "delay-v1",
  hash: digestOf("service"),
  schemaHash: digestOf("service schema"),
  views: [],
  features: [
    { name: "load.delay", type: { tag: "f64", nullable: false } },
    { name: "load.count", type: { tag: "f64", nullable: false } },
    { name: "load.carrier", type: { tag: "utf8", nullable: false } },
  ],
  input: { origin: { tag: "utf8", nullable: false } },
};

const request = z.object({ origin: z.string() });
const output = z.object({ late: z.number() });

export const delayModel: ModelDefinition<"delay", { origin: string }, { late: number }> = model("delay", {
  request,
  output,
  features: service,
  featureInput: (r) => ({ origin: r.origin }),
});

/** Seeded rows of which `load.delay` tells the label, the better the smaller the noise. */
export function trainingSet(seed: string, rows = 600): TrainingSet {
  const random = seededRandom(seed);
  const delay = new Float64Array(rows);
  const count = new Float64Array(rows);
  const late = new Uint8Array(rows);
  const carrier = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    delay[i] = random.normal();
    count[i] = random.normal();
    carrier[i] = random.int(3);
    late[i] = (delay[i] ?? 0) + random.normal() > 0 ? 1 : 0;
  }
  const table = makeTable({
    late: { tag: "bool", values: late },
    "load.delay": { tag: "f64", values: delay },
    "load.count": { tag: "f64", values: count },
    "load.carrier": { tag: "utf8", values: carrier, dictionary: ["AA", "BB", "CC"] },
  });
  const { name, hash, schemaHash } = service;
  return {
    digest: digestOf(`training-set ${seed}`),
    rows,
    service: { name, hash, schemaHash },
    sources: [{ dataset: "flights", version: digestOf("flights 1") }],
    spineDigest: digestOf(`spine ${seed}`),
    table,
    features: ["load.delay", "load.count", "load.carrier"],
  };
}

/** A model whose only good input is the first: `skill` 0 guesses, 1 uses it fully. */
export function trained(skill: number, bias = 0): LinearModel {
  return linear({ weights: [1.7 * skill, 1.7 * (1 - skill)], bias, link: "logit" });
}

export interface RegistryFixture {
  readonly folder: string;
  readonly clock: ManualClock;
  readonly options: RegistryOptions;
  readonly registry: ModelRegistry;
  readonly evaluator: Evaluator;
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly others: OtherStages;
  readonly events: readonly string[];
  /** Evaluates a model of that skill on held-out data, and registers it. */
  registerSkill(skill: number, author?: string, bias?: number): Promise<ModelVersion>;
  close(): Promise<void>;
}

export interface FixtureSettings {
  readonly folder?: string;
  readonly policy?: PromotionPolicy | "none";
  readonly keep?: boolean;
  readonly startMs?: number;
  /** The metadata store. @default SQLite in the folder */
  readonly metadata?: MetadataStore;
  /** The blob store. @default files in the folder */
  readonly blobs?: BlobStore;
  /** Who signs, and whose signatures count. @default a key file in the folder, pinned */
  readonly signing?: { readonly signer: Signer; readonly verifier: Verifier };
}

export const laxPolicy: PromotionPolicy = defaultPolicy({
  threshold: { atLeast: 0.6 },
  champion: { mode: "nonInferior", margin: 0.05, first: "allow" },
});

/** Opens a registry on SQLite and files in a temporary folder; the key lies beside it, not in it. */
export async function openRegistry(settings: FixtureSettings = {}): Promise<RegistryFixture> {
  const folder = settings.folder ?? (await mkdtemp(join(tmpdir(), "sluice-registry-")));
  const clock = manualClock(settings.startMs ?? 1_000_000_000_000);
  const metadata = settings.metadata ?? sqliteMetadata({ path: join(folder, "metadata.db") });
  const ledger = {
    audit: new SqlAuditLog({ metadata, clock }),
    lineage: new SqlLineageStore({ metadata, clock }),
    changes: new SqlChangeFeed({ metadata, clock }),
  };
  await metadata.migrate([ledgerMigrations, registryMigrations]);
  const { signer, verifier } = settings.signing ?? signingIn(folder);
  const blobs = settings.blobs ?? fsBlobs({ path: join(folder, "blobs") });
  const others: OtherStages = {
    validated: true,
    spine: undefined,
    unvalidated: [],
    serviceHash: service.hash,
    rollout: undefined,
  };
  const events = typedEvents<WorkspaceEvents>();
  const seen: string[] = [];
  for (const name of ["version.registered", "version.promoted", "gate.refused"] as const)
    events.on(name, () => seen.push(name));
  const options: RegistryOptions = {
    metadata,
    artifacts: new BlobArtifactStore({ blobs }),
    blobs,
    ledger,
    clock,
    signer,
    verifier,
    runtimes: [linearRuntime()],
    datasets: datasetsOf(others),
    services: {
      current: async () => (others.serviceHash === undefined ? undefined : { ...service, hash: others.serviceHash }),
    },
    rollouts: { evidence: async () => others.rollout },
    ...(settings.policy === "none" ? {} : { policy: settings.policy ?? laxPolicy }),
    events,
  };
  const registry = new ModelRegistry(options);
  const evaluator = new Evaluator({ ...options, champions: registry });
  return {
    folder,
    clock,
    options,
    registry,
    evaluator,
    metadata,
    ledger,
    others,
    events: seen,
    registerSkill: async (skill, author = "ada", bias = 0) => {
      const artifact = trained(skill, bias);
      const evaluation = await evaluator.evaluate(delayModel, artifact, trainingSet("held out"), {
        label: "late",
        metrics: ["auc", "logLoss"],
      });
      return await registry.register(delayModel, {
        run: await trackedRun(options, `run-${skill}-${bias}`, artifact),
        artifact,
        evaluation,
        author,
      });
    },
    close: async () => {
      await metadata.close();
      if (settings.keep !== true) await rm(folder, { recursive: true, force: true });
    },
  };
}

function datasetsOf(others: OtherStages): DatasetReader {
  const refuse = (): never => {
    throw new Error("the registry only asks for versions and their validation");
  };
  const nameOf = (digest: Digest): string | undefined =>
    [
      { dataset: "flights", version: digestOf("flights 1") },
      { dataset: others.spine, version: digestOf("spine training") },
    ].find(({ version }) => version === digest)?.dataset;
  return {
    head: refuse,
    version: async (digest) => {
      const dataset = nameOf(digest);
      if (dataset !== undefined)
        return {
          dataset,
          digest,
          schemaDigest: digest,
          parent: null,
          rows: 1,
          createdAtMs: 999_900_000_000,
          checks: [],
        };
      throw new SluiceError("data/version-not-found", { found: digest, expected: "a version", fix: "Name one." });
    },
    definition: () => undefined,
    scan: refuse,
    validation: async (digest) => {
      const validated = others.validated && !others.unvalidated.includes(nameOf(digest) ?? "");
      return { validated, reason: validated ? "3 checks passed" : "no checks were declared" };
    },
  };
}

/** A run with the lineage that data, features and training would have recorded, and what it signed of the model that it made. */
export async function trackedRun(options: RegistryOptions, id: string, model?: unknown): Promise<RunRef> {
  const { table: _table, features: _features, ...training } = trainingSet("training");
  const dataset = `dataset:${training.sources[0]?.version}` as const;
  await options.metadata.write(async (tx) => {
    await options.ledger.lineage.record(tx, [
      { from: "source:flights.parquet", to: dataset, kind: "ingested", asserted: false },
      { from: dataset, to: `training-set:${training.digest}`, kind: "joined", asserted: false },
      { from: `training-set:${training.digest}`, to: `run:${id}`, kind: "trained-on", asserted: false },
    ]);
  });
  const run: RunRef = { id, experiment: "delay", codeDigest: digestOf("code"), training };
  if (model !== undefined) await recordModel(options, run, model);
  return run;
}

/** Records that a run made a model, as the tracker does while it runs. */
export async function recordModel(options: RegistryOptions, run: RunRef, model: unknown): Promise<void> {
  const { content } = await modelContent(options.runtimes, model);
  const made = await signMade(options.signer, run, contentDigest(content));
  await options.metadata.write(async (tx) => await recordMade(tx, options.ledger, run, [made]));
}

/** Takes the first version to production: staging, candidate (approved), production (approved). */
export async function makeChampion(fixture: RegistryFixture, version: ModelVersion): Promise<void> {
  const { registry } = fixture;
  const request = { actor: "ada", reason: "test" };
  for (const to of ["staging", "candidate", "production"] as const) {
    if (to !== "staging") await registry.approve(version, to, { approver: "grace", role: "owner", comment: "fine" });
    const result = await registry.promote(version, to, request);
    if (result.outcome !== "promoted") throw new Error(`${to}: ${result.reasons.join("; ")}`);
  }
}

/** The evidence of a rollout that passed. */
export function passedRollout(challenger: number, champion: number): RolloutEvidence {
  return {
    schema: 1,
    rolloutId: `rollout-${challenger}`,
    model: "delay",
    challenger,
    champion,
    planDigest: digestOf("plan"),
    phase: "passed",
    requests: 12_000,
    guardrails: [{ guardrail: "error", harmE: 0.2, safeE: 90, needed: 20 }],
    reason: "every guardrail is safe",
    digest: digestOf(`rollout ${challenger}`),
  };
}
