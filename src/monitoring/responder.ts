import type { Alert, AlertSink, MonitorAction, MonitorDefinition } from "../contracts/monitor.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import type { PipelineStarter } from "../contracts/pipeline-starter.ts";
import { SluiceError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { MonitoringTables } from "./tables.ts";

/** What a {@link Responder} is wired with. */
export interface ResponderOptions {
  readonly metadata: MetadataStore;
  readonly sinks: readonly AlertSink[];
  readonly pipelines: PipelineStarter;
  readonly logger: Logger;
}

/** Carries out the actions of alerts: each once recorded, repeated until it succeeded, harmless to repeat. */
export class Responder {
  readonly #options: ResponderOptions;

  constructor(options: ResponderOptions) {
    this.#options = options;
  }

  /** Refuses a monitor whose actions name a sink or a pipeline that is not there. */
  requireResolvable(definition: MonitorDefinition): void {
    for (const action of definition.response.actions) {
      const known =
        action.do === "notify"
          ? this.#options.sinks.some((sink) => sink.name === action.via)
          : this.#options.pipelines.knows(action.pipeline);
      if (known) continue;
      const name = action.do === "notify" ? `the sink "${action.via}"` : `the pipeline "${action.pipeline}"`;
      throw new SluiceError("monitoring/incomplete-response", {
        found: `monitor "${definition.id}" answers by ${name}, which is not there`,
        expected: `one of ${this.#options.sinks.map((sink) => sink.name).join(", ")}, or a defined pipeline`,
        fix: "Pass the sink to the workspace, or define the pipeline before arming.",
      });
    }
  }

  /** Carries out what is still open for an alert; a failing action is recorded with its error and stays open. */
  async respond(
    alert: Alert,
    definition: MonitorDefinition,
  ): Promise<readonly { readonly action: MonitorAction; readonly done: boolean; readonly detail: string }[]> {
    const sql = this.#options.metadata.sql.withTables<MonitoringTables>();
    const open = await sql
      .selectFrom("monitoring_delivery")
      .selectAll()
      .where("alert", "=", alert.id)
      .where("done", "=", 0)
      .orderBy("action")
      .execute();
    const results = [];
    for (const delivery of open) {
      const action = definition.response.actions[delivery.action];
      if (action === undefined) continue;
      const result = await this.#attempt(action, alert, definition);
      await this.#options.metadata.write(async (tx) => {
        await tx.sql
          .withTables<MonitoringTables>()
          .updateTable("monitoring_delivery")
          .set({ done: result.done ? 1 : 0, detail: result.detail })
          .where("alert", "=", alert.id)
          .where("action", "=", delivery.action)
          .where("done", "=", 0)
          .execute();
      });
      results.push({ action, ...result });
    }
    return results;
  }

  async #attempt(
    action: MonitorAction,
    alert: Alert,
    definition: MonitorDefinition,
  ): Promise<{ readonly done: boolean; readonly detail: string }> {
    try {
      if (action.do === "notify") {
        const sink = this.#options.sinks.find((known) => known.name === action.via);
        if (sink === undefined) throw missingSink(action.via);
        await sink.deliver(alert, definition);
        return { done: true, detail: `delivered to ${action.via}` };
      }
      const cause = { monitor: alert.monitor, alert: alert.id, episode: alert.episode, cause: alert.cause };
      const started = await this.#options.pipelines.start({
        pipeline: action.pipeline,
        dedupeKey: `${alert.monitor}/${alert.episode}`,
        cause,
        actor: "system",
      });
      return { done: true, detail: started.pipelineRunId };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#options.logger.error(
        { alert: alert.id, monitor: alert.monitor, err: error },
        "an action of an alert failed and will be tried again",
      );
      return { done: false, detail };
    }
  }
}

/** The monitor was armed where the sink was there; this process has none of that name. */
function missingSink(name: string): SluiceError {
  return new SluiceError("monitoring/incomplete-response", {
    found: `an alert to be delivered by the sink "${name}", which this process does not have`,
    expected: "the sinks that its monitor was armed with",
    fix: "Pass the sink to the workspace; the alert waits for it.",
  });
}
