import type { Kysely, Selectable } from "kysely";
import type { Alert, MonitorDefinition } from "../contracts/monitor.ts";
import type { MetadataStore, NoTables } from "../contracts/metadata-store.ts";
import type { Ledger } from "../contracts/ledger.ts";
import { SluiceError } from "../core/errors.ts";
import { requireId, requireMonitoringCall, requireMonitoringParts } from "./monitoring-calls.ts";
import { readDefinition } from "./stored-definition.ts";
import type { MonitoringTables } from "./tables.ts";

/** Reads alerts and records what people say to them. */
export class AlertBook {
  readonly #metadata: MetadataStore;
  readonly #ledger: Ledger;

  /** Errors: `argument/invalid` for what it cannot be made of. */
  constructor(options: { readonly metadata: MetadataStore; readonly ledger: Ledger }) {
    requireMonitoringParts("new AlertBook(options)", options, ["metadata", "ledger"]);
    this.#metadata = options.metadata;
    this.#ledger = options.ledger;
  }

  /** The alerts, oldest first; those of one monitor if one is named. */
  async list(monitor?: string): Promise<readonly Alert[]> {
    if (monitor !== undefined) requireId("alerts", "monitor", monitor);
    const query = tables(this.#metadata.sql)
      .selectFrom("monitoring_alert")
      .selectAll()
      .orderBy("raised_at_ms")
      .orderBy("id");
    const rows = await (monitor === undefined ? query : query.where("monitor", "=", monitor)).execute();
    return rows.map(toAlert);
  }

  /** The alerts that are not resolved and have an action to be carried out, oldest first, each with the definition that raised it. Errors: `monitoring/tampered`. */
  async unanswered(): Promise<readonly { readonly alert: Alert; readonly definition: MonitorDefinition }[]> {
    const rows = await tables(this.#metadata.sql)
      .selectFrom("monitoring_alert")
      .selectAll()
      .where("state", "!=", "resolved")
      .where("id", "in", (eb) => eb.selectFrom("monitoring_delivery").select("alert").where("done", "=", 0))
      .orderBy("raised_at_ms")
      .orderBy("id")
      .execute();
    return rows.map((row) => ({ alert: toAlert(row), definition: readDefinition(row.monitor, row.definition) }));
  }

  /** Says that somebody is on it. Acknowledging closes nothing; a resolved alert stays resolved. */
  async acknowledge(alertId: string, by: { readonly actor: string; readonly comment: string }): Promise<Alert> {
    requireId("acknowledge", "alertId", alertId);
    requireMonitoringCall("acknowledge", by);
    return await this.#move(alertId, "acknowledged", by);
  }

  /** Says that the cause is gone; the monitor may raise a new episode. */
  async resolve(alertId: string, by: { readonly actor: string; readonly comment: string }): Promise<Alert> {
    requireId("resolve", "alertId", alertId);
    requireMonitoringCall("resolve", by);
    return await this.#move(alertId, "resolved", by);
  }

  async #move(
    alertId: string,
    to: "acknowledged" | "resolved",
    by: { readonly actor: string; readonly comment: string },
  ): Promise<Alert> {
    return await this.#metadata.write(async (tx) => {
      await tx.lock("monitoring");
      const sql = tx.sql.withTables<MonitoringTables>();
      const row = await sql.selectFrom("monitoring_alert").selectAll().where("id", "=", alertId).executeTakeFirst();
      if (row === undefined) throw unknownAlert(alertId);
      if (row.state === to || row.state === "resolved") return toAlert(row);
      await sql.updateTable("monitoring_alert").set({ state: to }).where("id", "=", alertId).execute();
      if (to === "resolved") {
        await sql
          .updateTable("monitoring_monitor")
          .set((eb) => ({ open_alert: null, since_window: eb.ref("windows") }))
          .where("id", "=", row.monitor)
          .where("open_alert", "=", alertId)
          .execute();
      }
      await this.#ledger.audit.append(tx, {
        kind: `alert.${to}`,
        subject: row.monitor,
        actor: by.actor,
        body: { alert: alertId, comment: by.comment },
      });
      return { ...toAlert(row), state: to };
    });
  }
}

function tables(sql: Kysely<NoTables>): Kysely<MonitoringTables> {
  return sql.withTables<MonitoringTables>();
}

/** An alert as stored. */
export function toAlert(row: Selectable<MonitoringTables["monitoring_alert"]>): Alert {
  return {
    schema: 1,
    id: row.id,
    monitor: row.monitor,
    model: row.model,
    episode: row.episode,
    severity: "alert",
    cause: row.cause,
    raisedAtMs: row.raised_at_ms,
    state: row.state === "open" || row.state === "acknowledged" ? row.state : "resolved",
  };
}

function unknownAlert(id: string): SluiceError {
  return new SluiceError("monitoring/not-found", {
    found: `no alert "${id}"`,
    expected: "the id of a raised alert",
    fix: "List them with alerts().",
  });
}
