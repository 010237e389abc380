import type { Alert, MonitorDefinition } from "../contracts/monitor.ts";
import type { Outcome } from "../contracts/prediction-log.ts";
import { SluiceError } from "../core/errors.ts";
import type { WorkOptions } from "../core/progress.ts";
import { AlertBook } from "./alert-book.ts";
import { judgeWindow } from "./judge-window.ts";
import { type ArmedMonitor, MonitorBook } from "./monitor-book.ts";
import { type MonitorStatus, monitorStatus } from "./monitor-status.ts";
import { requireId, requireMonitoringCall, requireMonitoringParts } from "./monitoring-calls.ts";
import { predictionWindows, versionsOfWindow } from "./prediction-window.ts";
import type { ReferenceProfile } from "./reference-profile.ts";
import { Responder } from "./responder.ts";
import { soundMonitor } from "./sound-monitor.ts";
import type { ArmOptions, MonitoringStageOptions } from "./stage-options.ts";
import { WindowBook } from "./window-book.ts";
import type { MonitorWindow } from "./window-verdict.ts";

/** Watches served predictions, raises alerts and answers them. */
export class MonitoringStage {
  readonly #options: MonitoringStageOptions;
  readonly #monitors: MonitorBook;
  readonly #windows: WindowBook;
  readonly #alerts: AlertBook;
  readonly #responder: Responder;

  /** Errors: `argument/invalid` for what it cannot be wired from. */
  constructor(options: MonitoringStageOptions) {
    requireMonitoringParts("new MonitoringStage(options)", options);
    this.#options = options;
    this.#monitors = new MonitorBook(options);
    this.#windows = new WindowBook(options);
    this.#alerts = new AlertBook(options);
    this.#responder = new Responder(options);
  }

  /** Arms a monitor durably. Refuses one whose actions do not resolve, and a drift monitor without a reference that covers what it watches. Errors: `monitoring/incomplete-response`, `argument/invalid` (no definition of `monitor()`, or one that was changed since). */
  async arm(definition: MonitorDefinition, options: ArmOptions = {}): Promise<void> {
    requireMonitoringCall("arm", options);
    soundMonitor(definition);
    this.#responder.requireResolvable(definition);
    requireReference(definition, options.reference);
    if (definition.signal.kind === "feature-skew" && this.#options.skew === undefined) throw withoutMeter(definition);
    const fromMs = options.fromMs ?? this.#options.clock.nowMs();
    await this.#monitors.arm(definition, options.reference ?? null, fromMs, options.actor ?? "system");
  }

  /** Stops a monitor; its history stays, and alerts it has raised are still answered. Errors: `monitoring/not-found`, `argument/invalid`. */
  async disarm(id: string, by: { readonly actor: string; readonly reason: string }): Promise<void> {
    requireId("disarm", "id", id);
    requireMonitoringCall("disarm", by);
    await this.#monitors.disarm(id, by.actor, by.reason);
  }

  /**
   * Judges every full window up to `untilMs` of every armed monitor, raises alerts and answers them. A monitor that fails stops no other
   * one; its error is thrown when all have been evaluated. Errors: `argument/invalid`, and those of judging.
   */
  async evaluate(options: WorkOptions & { readonly untilMs?: number } = {}): Promise<readonly MonitorWindow[]> {
    requireMonitoringCall("evaluate", options);
    const untilMs = options.untilMs ?? this.#options.clock.nowMs();
    const judged: MonitorWindow[] = [];
    const failures: unknown[] = [];
    const ids = await this.#monitors.ids();
    for (const [index, id] of ids.entries()) {
      options.signal?.throwIfAborted();
      try {
        const armed = await this.#monitors.armed(id);
        if (armed !== undefined) judged.push(...(await this.#evaluateOne(armed, untilMs)));
      } catch (error) {
        this.#options.logger.error({ monitor: id, err: error }, "a monitor could not be evaluated");
        failures.push(error);
      }
      options.onProgress?.({ stage: `monitor ${id}`, done: index + 1, total: ids.length, unit: "monitors" });
    }
    for (const { alert, definition } of await this.#alerts.unanswered())
      await this.#responder.respond(alert, definition);
    if (failures.length > 0) throw failures[0];
    return judged;
  }

  /**
   * How each armed monitor stands, by id: what it has seen, and for how long it has seen nothing. A monitor that raises no alert is a good
   * sign only if it is `watching`. Errors: `monitoring/tampered`.
   */
  async status(): Promise<readonly MonitorStatus[]> {
    const { predictions, clock } = this.#options;
    const found: MonitorStatus[] = [];
    for (const id of await this.#monitors.ids()) {
      const armed = await this.#monitors.armed(id);
      if (armed === undefined) continue;
      const [windows, alerts] = await Promise.all([this.#windows.list(id), this.#alerts.list(id)]);
      found.push(await monitorStatus({ armed, windows, alerts, predictions, nowMs: clock.nowMs() }));
    }
    return found;
  }

  /** What is armed: the definitions of the armed monitors, by id. Errors: `monitoring/tampered`. */
  async definitions(): Promise<readonly MonitorDefinition[]> {
    const armed = await Promise.all((await this.#monitors.ids()).map((id) => this.#monitors.armed(id)));
    return armed.flatMap((one) => (one === undefined ? [] : [one.definition]));
  }

  /** The judged windows of a monitor, oldest first. Errors: `argument/invalid`. */
  async windows(monitor: string): Promise<readonly MonitorWindow[]> {
    requireId("windows", "monitor", monitor);
    return await this.#windows.list(monitor);
  }

  /** The alerts, oldest first. Errors: `argument/invalid`. */
  async alerts(monitor?: string): Promise<readonly Alert[]> {
    return await this.#alerts.list(monitor);
  }

  /** Says that somebody is on an alert. Errors: `monitoring/not-found`, `argument/invalid`. */
  async acknowledge(alertId: string, by: { readonly actor: string; readonly comment: string }): Promise<Alert> {
    return await this.#alerts.acknowledge(alertId, by);
  }

  /** Closes an alert, so that the monitor may raise the next. Errors: `monitoring/not-found`, `argument/invalid`. */
  async resolve(alertId: string, by: { readonly actor: string; readonly comment: string }): Promise<Alert> {
    return await this.#alerts.resolve(alertId, by);
  }

  async #evaluateOne(armed: ArmedMonitor, untilMs: number): Promise<readonly MonitorWindow[]> {
    const { definition, fromMs, cursor } = armed;
    const { predictions, events, skew } = this.#options;
    const profile = await this.#monitors.profile(armed);
    const judged: MonitorWindow[] = [];
    let standing = armed;
    let known: Promise<ReadonlyMap<string, Outcome>> | undefined;
    const outcomes = (): Promise<ReadonlyMap<string, Outcome>> => {
      known ??= predictions.readOutcomes(definition.model, untilMs);
      return known;
    };
    const range = { model: definition.model, after: cursor, fromMs, untilMs };
    for await (const window of predictionWindows(predictions, range, definition.windowRows)) {
      const verdict = await judgeWindow(window, definition, profile, outcomes, untilMs, skew);
      if (verdict === "tooEarly") break;
      const entry: MonitorWindow = {
        ...verdict,
        monitor: definition.id,
        position: standing.windows,
        fromMs: window.fromMs,
        toMs: window.toMs,
        rows: window.rows.length,
      };
      const { recorded, alert } = await this.#windows.record(entry, standing, window.cursor, versionsOfWindow(window));
      if (!recorded) break;
      if (alert !== undefined)
        events.emit("alert.raised", { monitor: definition.id, alert: alert.id, cause: alert.cause });
      judged.push(entry);
      standing = { ...standing, cursor: window.cursor, windows: standing.windows + 1 };
    }
    return judged;
  }
}

function withoutMeter({ id }: MonitorDefinition): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `the feature-skew monitor "${id}" on a stage that cannot compute features again`,
    expected: "a monitoring stage with the option `skew`",
    fix: "Give MonitoringStage a SkewMeter, as a workspace does.",
  });
}

function requireReference(definition: MonitorDefinition, reference: ReferenceProfile | undefined): void {
  const { signal } = definition;
  if (signal.kind === "performance" || signal.kind === "feature-skew") return;
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
