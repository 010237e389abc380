import type { Metrics } from "../../contracts/metric-estimate.ts";
import type { RegistrySql } from "../tables.ts";
import type { VersionKey } from "../versions/version-key.ts";

/** Keeps the metrics of a version's evaluation to be searched by; one that was not computable is none. */
export async function insertMetrics(sql: RegistrySql, { name, version }: VersionKey, metrics: Metrics): Promise<void> {
  const rows = Object.entries(metrics).flatMap(([metric, estimate]) =>
    "value" in estimate && Number.isFinite(estimate.value)
      ? [{ metric, value: estimate.value, model: name, version }]
      : [],
  );
  if (rows.length > 0) await sql.insertInto("registry_metric").values(rows).execute();
}
