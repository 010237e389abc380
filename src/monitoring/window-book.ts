import type { Selectable } from "kysely";
import { canonicalJson } from "../core/canonical-json.ts";
import type { Clock } from "../core/clock.ts";
import type { IdSource } from "../core/ids.ts";
import { storedRecord } from "../core/stored-json.ts";
import type { Ledger } from "../contracts/ledger.ts";
import type { LineageEdge } from "../contracts/lineage-store.ts";
import type { MetadataStore, MetadataTransaction } from "../contracts/metadata-store.ts";
import type { Alert, MonitorDefinition } from "../contracts/monitor.ts";
import type { ArmedMonitor } from "./monitor-book.ts";
import type { WindowCursor } from "./prediction-window.ts";
import { definitionText } from "./stored-definition.ts";
import type { MonitoringTables } from "./tables.ts";
import type { MonitorWindow } from "./window-verdict.ts";

/** What a {@link WindowBook} is wired with. */
export interface WindowBookOptions {
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: IdSource;
}

/** An alert as it is raised. */
interface RaisedAlert {
  readonly alert: Alert;
  /** When the first of the windows that it is raised for began. */
  readonly sinceMs: number;
  readonly definition: MonitorDefinition;
  readonly versions: readonly number[];
}

/** The judged windows; a window, the monitor's place and the alert it raises are one transaction. */
export class WindowBook {
  readonly #options: WindowBookOptions;

  constructor(options: WindowBookOptions) {
    this.#options = options;
  }

  /** The windows of a monitor, oldest first. */
  async list(monitor: string): Promise<readonly MonitorWindow[]> {
    const sql = this.#options.metadata.sql.withTables<MonitoringTables>();
    const rows = await sql
      .selectFrom("monitoring_window")
      .selectAll()
      .where("monitor", "=", monitor)
      .orderBy("position")
      .execute();
    return rows.map((row) => ({
      monitor: row.monitor,
      position: row.position,
      fromMs: row.from_ms,
      toMs: row.to_ms,
      rows: row.rows,
      outcome: row.outcome === "ok" || row.outcome === "bad" ? row.outcome : "insufficient",
      ...detailOf(row),
    }));
  }

  /**
   * Records a window that was judged by a monitor as it stood; raises one alert per episode when its m-of-n rule is met.
   * `recorded` is false when the monitor has moved on meanwhile: another process was faster, or it was armed anew or disarmed.
   */
  async record(
    window: MonitorWindow,
    armed: ArmedMonitor,
    after: WindowCursor,
    versions: readonly number[],
  ): Promise<{ readonly recorded: boolean; readonly alert: Alert | undefined }> {
    const { definition } = armed;
    return await this.#options.metadata.write(async (tx) => {
      await tx.lock("monitoring");
      const sql = tx.sql.withTables<MonitoringTables>();
      const state = await sql
        .selectFrom("monitoring_monitor")
        .selectAll()
        .where("id", "=", window.monitor)
        .executeTakeFirst();
      if (state === undefined || !isWhereItWas(state, armed)) return { recorded: false, alert: undefined };
      const detail = canonicalJson({ schema: 1, reason: window.reason, measured: { ...window.measured } });
      await sql
        .insertInto("monitoring_window")
        .values({
          monitor: window.monitor,
          position: window.position,
          from_ms: window.fromMs,
          to_ms: window.toMs,
          rows: window.rows,
          outcome: window.outcome,
          detail,
        })
        .execute();
      const sinceMs =
        state.open_alert === null ? await this.#badSince(tx, window, definition, state.since_window) : undefined;
      const alert = sinceMs === undefined ? undefined : this.#alertOf(window, definition, state.episode + 1);
      await sql
        .updateTable("monitoring_monitor")
        .set({
          cursor_segment: after.segment,
          cursor_rows: after.rows,
          windows: window.position + 1,
          ...(alert === undefined ? {} : { open_alert: alert.id, episode: alert.episode }),
        })
        .where("id", "=", window.monitor)
        .execute();
      if (alert !== undefined && sinceMs !== undefined) await this.#raise(tx, { alert, sinceMs, definition, versions });
      return { recorded: true, alert };
    });
  }

  /**
   * When the first of the bad windows that fire began; undefined where they do not. Windows before the last alert was resolved belong to
   * that episode and do not count for the next.
   */
  async #badSince(
    tx: MetadataTransaction,
    window: MonitorWindow,
    definition: MonitorDefinition,
    sinceWindow: number,
  ): Promise<number | undefined> {
    if (window.outcome !== "bad") return undefined;
    const recent = await tx.sql
      .withTables<MonitoringTables>()
      .selectFrom("monitoring_window")
      .select(["outcome", "from_ms"])
      .where("monitor", "=", window.monitor)
      .where("position", ">=", sinceWindow)
      .orderBy("position", "desc")
      .limit(definition.fire.of)
      .execute();
    const bad = recent.filter((row) => row.outcome === "bad");
    return bad.length >= definition.fire.bad ? bad.at(-1)?.from_ms : undefined;
  }

  #alertOf(window: MonitorWindow, definition: MonitorDefinition, episode: number): Alert {
    return {
      schema: 1,
      id: this.#options.ids(),
      monitor: definition.id,
      model: definition.model,
      episode,
      severity: "alert",
      cause: window.reason,
      raisedAtMs: this.#options.clock.nowMs(),
      state: "open",
    };
  }

  async #raise(tx: MetadataTransaction, { alert, sinceMs, definition, versions }: RaisedAlert): Promise<void> {
    const sql = tx.sql.withTables<MonitoringTables>();
    await sql
      .insertInto("monitoring_alert")
      .values({
        id: alert.id,
        monitor: alert.monitor,
        model: alert.model,
        episode: alert.episode,
        cause: alert.cause,
        raised_at_ms: alert.raisedAtMs,
        state: alert.state,
        definition: definitionText(definition),
      })
      .execute();
    for (const action of definition.response.actions.keys()) {
      await sql.insertInto("monitoring_delivery").values({ alert: alert.id, action, done: 0, detail: "" }).execute();
    }
    const edges = versions.map((version): LineageEdge => {
      const from = `model-version:${alert.model}@${version}` as const;
      return { from, to: `alert:${alert.id}`, kind: "observed", asserted: false };
    });
    await this.#options.ledger.lineage.record(tx, edges);
    await this.#options.ledger.changes.publish(tx, "alert.raised", {
      alert: alert.id,
      monitor: alert.monitor,
      cause: alert.cause,
    });
    await this.#options.ledger.audit.append(tx, {
      kind: "alert.raised",
      subject: alert.monitor,
      actor: "system",
      body: {
        alert: alert.id,
        episode: alert.episode,
        cause: alert.cause,
        definition: definition.digest,
        model: alert.model,
        sinceMs,
      },
    });
  }
}

function isWhereItWas(
  state: Selectable<MonitoringTables["monitoring_monitor"]>,
  { definition, profileDigest, fromMs, cursor, windows }: ArmedMonitor,
): boolean {
  return (
    state.disarmed === 0 &&
    state.digest === definition.digest &&
    state.profile === profileDigest &&
    state.armed_at_ms === fromMs &&
    state.cursor_segment === cursor.segment &&
    state.cursor_rows === cursor.rows &&
    state.windows === windows
  );
}

function detailOf({
  monitor,
  position,
  detail,
}: Selectable<MonitoringTables["monitoring_window"]>): Pick<MonitorWindow, "reason" | "measured"> {
  const { reason, measured } = storedRecord<Pick<MonitorWindow, "reason" | "measured">>(
    detail,
    { table: "monitoring_window", row: `${monitor}, ${position}` },
    "reason",
    "measured",
  );
  return { reason, measured };
}
