import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { fsBlobs } from "../../../src/backends/fs/fs-blob-store.ts";
import { linearRuntime } from "../../../src/backends/function/linear-runtime.ts";
import { sqliteMetadata } from "../../../src/backends/sqlite/sqlite-metadata-store.ts";
import { featureStatus, type FeatureReader, type FeatureVectors } from "../../../src/contracts/feature-reader.ts";
import type { ModelDefinition } from "../../../src/contracts/model-definition.ts";
import type { ModelRuntime } from "../../../src/contracts/model-runtime.ts";
import type { WorkspaceEvents } from "../../../src/contracts/workspace-events.ts";
import { type ManualClock, manualClock } from "../../../src/core/clock.ts";
import { digestOfJson } from "../../../src/core/digest.ts";
import { type Events, typedEvents } from "../../../src/core/events.ts";
import { SluiceError } from "../../../src/core/errors.ts";
import { uuidV7Ids } from "../../../src/core/ids.ts";
import { ledgerMigrations } from "../../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../../src/ledger/sql-lineage-store.ts";
import { SqlPredictionLog } from "../../../src/serving/log/sql-prediction-log.ts";
import { CanaryRouter } from "../../../src/serving/router/canary-router.ts";
import type { CanaryRouterOptions } from "../../../src/serving/router/router-options.ts";
import { servingMigrations } from "../../../src/serving/serving-migrations.ts";
import { signingIn } from "../../support/signing.ts";
import { MemorySource } from "./memory-source.ts";

export interface Request {
  readonly user: string;
  readonly x: number;
}
export interface Output {
  readonly score: number;
}

const names = ["f.x", "f.one"];
const columnType = { tag: "f64", nullable: false } as const;

/** A model of two features, `x` and 1, whose score is their weighted sum. */
export const scoreModel: ModelDefinition<"score", Request, Output> = {
  kind: "model",
  name: "score",
  request: z.object({ user: z.string(), x: z.number() }),
  output: z.object({ score: z.number() }),
  features: {
    kind: "service",
    name: "score-v1",
    hash: digestOfJson("service"),
    schemaHash: digestOfJson("schema"),
    views: [],
    features: names.map((name) => ({ name, type: columnType })),
    input: { user: { tag: "utf8", nullable: false }, x: columnType },
  },
  vector: names,
  outputs: ["score"],
  featureInput: ({ user, x }) => ({ user, x }),
  toOutput: (numbers, at) => ({ score: numbers[at] ?? Number.NaN }),
};

/** Reads the request's own number as a feature; `x = -1` has no value, `x = -2` is refused. */
export class EchoReader implements FeatureReader {
  reads: number = 0;

  online(): never {
    throw new Error("routers read vectors");
  }

  async vectors(
    _service: unknown,
    inputs: readonly Readonly<Record<string, unknown>>[],
    options: { readonly atMs?: Float64Array } = {},
  ): Promise<FeatureVectors> {
    this.reads += 1;
    if (inputs.some((input) => input["x"] === -2)) {
      throw new SluiceError("features/invalid-input", {
        found: "x = -2",
        expected: "another x",
        fix: "Ask for something else.",
      });
    }
    const values = new Float64Array(inputs.length * 2);
    const statuses = new Uint8Array(inputs.length * 2).fill(featureStatus.present);
    for (const [i, input] of inputs.entries()) {
      values[2 * i] = Number(input["x"]);
      values[2 * i + 1] = 1;
      if (input["x"] === -1) statuses[2 * i] = featureStatus.missing;
    }
    return {
      rows: inputs.length,
      names,
      values,
      statuses,
      atMs: options.atMs ?? new Float64Array(inputs.length).fill(5),
    };
  }
}

/** A runtime of linear models whose handles misbehave as told and count their calls. */
export class FaultyRuntime implements ModelRuntime {
  readonly format: string;
  readonly #inner: ModelRuntime = linearRuntime();
  calls: number = 0;
  rows: number = 0;
  disposed: number = 0;
  /** Called for each row before it is scored; may throw. */
  onRow: (x: number) => void = () => undefined;
  /** Awaited before each call. */
  before: () => Promise<void> = () => Promise.resolve();

  constructor(format: string = "sluice-linear") {
    this.format = format;
  }

  accepts(): boolean {
    return false;
  }

  save(): never {
    throw new Error("only loads");
  }

  async load(content: Parameters<ModelRuntime["load"]>[0]): ReturnType<ModelRuntime["load"]> {
    const inner = await this.#inner.load({ ...content, format: "sluice-linear" });
    let isDisposed = false;
    return {
      signature: inner.signature,
      predict: async (batch) => {
        this.calls += 1;
        this.rows += batch.rows;
        await this.before();
        if (isDisposed) throw new Error("predicted after dispose");
        for (let i = 0; i < batch.rows; i++) this.onRow(batch.values[2 * i] ?? Number.NaN);
        return await inner.predict(batch);
      },
      dispose: async () => {
        isDisposed = true;
        this.disposed += 1;
        await inner.dispose();
      },
    };
  }
}

/** A workspace in a folder of its own, with a champion 1 (score = x) already in production. */
export class Harness {
  readonly folder: string;
  readonly clock: ManualClock = manualClock(1_700_000_000_000);
  readonly events: Events<WorkspaceEvents> = typedEvents<WorkspaceEvents>();
  readonly reader: EchoReader = new EchoReader();
  readonly champion: FaultyRuntime = new FaultyRuntime();
  readonly challenger: FaultyRuntime = new FaultyRuntime("challenger");
  readonly source: MemorySource = new MemorySource(scoreModel);
  readonly metadata: ReturnType<typeof sqliteMetadata>;
  readonly log: SqlPredictionLog;
  readonly audit: SqlAuditLog;
  readonly options: CanaryRouterOptions<Request, Output>;
  readonly verdicts: WorkspaceEvents["rollout.verdict"][] = [];

  constructor(folder: string) {
    this.folder = folder;
    const { clock, events } = this;
    const metadata = sqliteMetadata({ path: join(folder, "meta.db") });
    this.metadata = metadata;
    this.log = new SqlPredictionLog({ metadata, blobs: fsBlobs({ path: join(folder, "blobs") }) });
    this.audit = new SqlAuditLog({ metadata, clock });
    this.options = {
      model: scoreModel,
      source: this.source,
      features: this.reader,
      runtimes: [this.champion, this.challenger],
      log: this.log,
      metadata,
      ledger: {
        audit: this.audit,
        lineage: new SqlLineageStore({ metadata, clock }),
        changes: new SqlChangeFeed({ metadata, clock }),
      },
      ...signingIn(folder),
      clock,
      ids: uuidV7Ids(clock),
      events,
      unit: (request) => request.user,
      refreshEveryMs: Number.POSITIVE_INFINITY,
    };
    events.on("rollout.verdict", (verdict) => this.verdicts.push(verdict));
  }

  /** Opens a router. */
  async router(options: Partial<CanaryRouterOptions<Request, Output>> = {}): Promise<CanaryRouter<Request, Output>> {
    const router = new CanaryRouter({ ...this.options, ...options });
    await router.start();
    return router;
  }
}

/** Runs a test in a fresh {@link Harness} and cleans up. */
export async function withHarness(test: (harness: Harness) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-serving-"));
  const harness = new Harness(folder);
  try {
    await harness.metadata.migrate([ledgerMigrations, servingMigrations]);
    await harness.source.add(1, [1, 0], 1);
    harness.source.promote(1);
    await test(harness);
  } finally {
    await harness.metadata.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Requests of users `from`, `from + 1`, … */
export function requests(from: number, count: number): readonly Request[] {
  return Array.from({ length: count }, (_, i) => ({ user: `user-${from + i}`, x: (from + i) % 1000 }));
}
