import type { BlobStore } from "../contracts/blob-store.ts";
import type { Ledger } from "../contracts/ledger.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import type { Alert, AlertSink, MonitorDefinition } from "../contracts/monitor.ts";
import type { PipelineStarter } from "../contracts/pipeline-starter.ts";
import type { Outcome, PredictionLog } from "../contracts/prediction-log.ts";
import type { WorkspaceEvents } from "../contracts/workspace-events.ts";
import type { Clock } from "../core/clock.ts";
import { SluiceError } from "../core/errors.ts";
import type { Events } from "../core/events.ts";
import type { IdSource } from "../core/ids.ts";
import type { Logger } from "../core/logger.ts";
import type { WorkOptions } from "../core/progress.ts";
import { AlertBook } from "./alert-book.ts";
import { judgeWindow } from "./judge-window.ts";
import { type ArmedMonitor, MonitorBook } from "./monitor-book.ts";
import { predictionWindows } from "./prediction-window.ts";
import type { ReferenceProfile } from "./reference-profile.ts";
import { Responder } from "./responder.ts";
import { WindowBook } from "./window-book.ts";
import type { MonitorWindow } from "./window-verdict.ts";

/** What a {@link MonitoringStage} is wired with. */
export interface MonitoringStageOptions {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly predictions: PredictionLog;
  readonly pipelines: PipelineStarter;
  readonly sinks: readonly AlertSink[];
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly events: Events<WorkspaceEvents>;
  readonly logger: Logger;
}

/** What arming takes beside the definition. */
export interface ArmOptions {
  /** What the model was trained on; a drift monitor cannot be armed without it. */
  readonly reference?: ReferenceProfile;
  /** Predictions from this instant on are watched, epoch ms. @default now */
  readonly fromMs?: number;
  /** Who arms it. @default "system" */
  readonly actor?: string;
}

/** Watches served predictions, raises alerts and answers them. */
export class MonitoringStage {
  readonly #options: MonitoringStageOptions;
  readonly #monitors: MonitorBook;
  readonly #windows: WindowBook;
  readonly #alerts: AlertBook;
  readonly #responder: Responder;

  constructor(options: MonitoringStageOptions) {
    this.#options = options;
    this.#monitors = new MonitorBook(options);
    this.#windows = new WindowBook(options);
    this.#alerts = new AlertBook(options);
    this.#responder = new Responder(options);
  }

  /** Arms a monitor durably. Refuses one whose actions do not resolve, and a drift monitor without a reference that covers what it watches. */
  async arm(definition: MonitorDefinition, options: ArmOptions = {}): Promise<void> {
    this.#responder.requireResolvable(definition);
    requireReference(definition, options.reference);
    const fromMs = options.fromMs ?? this.#options.clock.nowMs();
    await this.#monitors.arm(definition, options.reference ?? null, fromMs, options.actor ?? "system");
  }

  /** Stops a monitor; its history stays. */
  async disarm(id: string, by: { readonly actor: string; readonly reason: string }): Promise<void> {
    await this.#monitors.disarm(id, by.actor, by.reason);
  }

  /** Judges every full window up to `untilMs` of every armed monitor, raises alerts and answers them. */
  async evaluate(options: WorkOptions & { readonly untilMs?: number } = {}): Promise<readonly MonitorWindow[]> {
    const untilMs = options.untilMs ?? this.#options.clock.nowMs();
    const judged: MonitorWindow[] = [];
    const armed = await this.#monitors.armed();
    for (const [index, one] of armed.entries()) {
      options.signal?.throwIfAborted();
      judged.push(...(await this.#evaluateOne(one, untilMs)));
      options.onProgress?.({
        stage: `monitor ${one.definition.id}`,
        done: index + 1,
        total: armed.length,
        unit: "monitors",
      });
    }
    await this.#answerOpen();
    return judged;
  }

  /** The judged windows of a monitor, oldest first. */
  async windows(monitor: string): Promise<readonly MonitorWindow[]> {
    return await this.#windows.list(monitor);
  }

  /** The alerts, oldest first. */
  async alerts(monitor?: string): Promise<readonly Alert[]> {
    return await this.#alerts.list(monitor);
  }

  /** Says that somebody is on an alert. */
  async acknowledge(alertId: string, by: { readonly actor: string; readonly comment: string }): Promise<Alert> {
    return await this.#alerts.acknowledge(alertId, by);
  }

  /** Closes an alert, so that the monitor may raise the next. */
  async resolve(alertId: string, by: { readonly actor: string; readonly comment: string }): Promise<Alert> {
    return await this.#alerts.resolve(alertId, by);
  }

  async #evaluateOne(armed: ArmedMonitor, untilMs: number): Promise<readonly MonitorWindow[]> {
    const { definition } = armed;
    const profile = await this.#monitors.profile(armed);
    const judged: MonitorWindow[] = [];
    let position = armed.windows;
    let known: Promise<ReadonlyMap<string, Outcome>> | undefined;
    const outcomes = (): Promise<ReadonlyMap<string, Outcome>> => {
      known ??= this.#options.predictions.readOutcomes(definition.model, untilMs);
      return known;
    };
    for await (const window of predictionWindows(
      this.#options.predictions,
      definition.model,
      armed.cursor,
      untilMs,
      definition.windowRows,
    )) {
      const verdict = await judgeWindow(window, definition, profile, outcomes, untilMs);
      if (verdict === "tooEarly") break;
      const entry: MonitorWindow = {
        ...verdict,
        monitor: definition.id,
        position,
        fromMs: window.fromMs,
        toMs: window.toMs,
        rows: window.rows.length,
      };
      const alert = await this.#windows.record(entry, window.cursor, definition);
      if (alert !== undefined)
        this.#options.events.emit("alert.raised", { monitor: definition.id, alert: alert.id, cause: alert.cause });
      judged.push(entry);
      position += 1;
    }
    return judged;
  }

  async #answerOpen(): Promise<void> {
    const armed = new Map((await this.#monitors.armed()).map((one) => [one.definition.id, one.definition]));
    for (const alert of await this.#alerts.list()) {
      const definition = armed.get(alert.monitor);
      if (definition !== undefined && alert.state !== "resolved") await this.#responder.respond(alert, definition);
    }
  }
}

function requireReference(definition: MonitorDefinition, reference: ReferenceProfile | undefined): void {
  const { signal } = definition;
  if (signal.kind === "performance") return;
  const wanted = signal.kind === "data-drift" ? signal.features : [signal.output];
  const unknown = wanted.filter((name) => reference?.columns[name] === undefined);
  if (unknown.length > 0) {
    throw new SluiceError("monitoring/incomplete-response", {
      found: `monitor "${definition.id}" without a reference for ${unknown.join(", ")}`,
      expected: "a reference profile of everything it watches",
      fix: "Pass { reference: profileOf(trainingSet) }, or profileOf with the model's outputs on held-out data.",
    });
  }
}
