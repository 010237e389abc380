import type { StageMigrations } from "../contracts/metadata-store.ts";

type MonitorTable = {
  id: string;
  digest: string;
  model: string;
  definition: string;
  profile: string | null;
  armed_at_ms: number;
  cursor_segment: number;
  cursor_rows: number;
  windows: number;
  since_window: number;
  episode: number;
  open_alert: string | null;
  disarmed: number;
};

type WindowTable = {
  monitor: string;
  position: number;
  from_ms: number;
  to_ms: number;
  rows: number;
  outcome: string;
  detail: string;
};

type AlertTable = {
  id: string;
  monitor: string;
  model: string;
  episode: number;
  cause: string;
  raised_at_ms: number;
  state: string;
  /** The monitor's definition as it was when the alert was raised: what its actions mean. */
  definition: string;
};

type DeliveryTable = {
  alert: string;
  action: number;
  done: number;
  detail: string;
};

/** The tables of the monitoring stage. */
export type MonitoringTables = {
  monitoring_monitor: MonitorTable;
  monitoring_window: WindowTable;
  monitoring_alert: AlertTable;
  monitoring_delivery: DeliveryTable;
};

/** The monitoring stage's schema. */
export const monitoringMigrations: StageMigrations = {
  stage: "monitoring",
  migrations: [
    {
      name: "001-monitors",
      up: async (sql, types) => {
        await sql.schema
          .createTable("monitoring_monitor")
          .addColumn("id", types.text, (c) => c.primaryKey())
          .addColumn("digest", types.text, (c) => c.notNull())
          .addColumn("model", types.text, (c) => c.notNull())
          .addColumn("definition", types.text, (c) => c.notNull())
          .addColumn("profile", types.text)
          .addColumn("armed_at_ms", types.double, (c) => c.notNull())
          .addColumn("cursor_segment", types.integer, (c) => c.notNull())
          .addColumn("cursor_rows", types.integer, (c) => c.notNull())
          .addColumn("windows", types.integer, (c) => c.notNull())
          .addColumn("since_window", types.integer, (c) => c.notNull())
          .addColumn("episode", types.integer, (c) => c.notNull())
          .addColumn("open_alert", types.text)
          .addColumn("disarmed", types.integer, (c) => c.notNull())
          .execute();
        await sql.schema
          .createTable("monitoring_window")
          .addColumn("monitor", types.text, (c) => c.notNull())
          .addColumn("position", types.integer, (c) => c.notNull())
          .addColumn("from_ms", types.double, (c) => c.notNull())
          .addColumn("to_ms", types.double, (c) => c.notNull())
          .addColumn("rows", types.integer, (c) => c.notNull())
          .addColumn("outcome", types.text, (c) => c.notNull())
          .addColumn("detail", types.text, (c) => c.notNull())
          .addPrimaryKeyConstraint("monitoring_window_key", ["monitor", "position"])
          .execute();
        await sql.schema
          .createTable("monitoring_alert")
          .addColumn("id", types.text, (c) => c.primaryKey())
          .addColumn("monitor", types.text, (c) => c.notNull())
          .addColumn("model", types.text, (c) => c.notNull())
          .addColumn("episode", types.integer, (c) => c.notNull())
          .addColumn("cause", types.text, (c) => c.notNull())
          .addColumn("raised_at_ms", types.double, (c) => c.notNull())
          .addColumn("state", types.text, (c) => c.notNull())
          .addColumn("definition", types.text, (c) => c.notNull())
          .execute();
        await sql.schema
          .createTable("monitoring_delivery")
          .addColumn("alert", types.text, (c) => c.notNull())
          .addColumn("action", types.integer, (c) => c.notNull())
          .addColumn("done", types.integer, (c) => c.notNull())
          .addColumn("detail", types.text, (c) => c.notNull())
          .addPrimaryKeyConstraint("monitoring_delivery_key", ["alert", "action"])
          .execute();
      },
    },
  ],
};
