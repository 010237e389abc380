import type { AuditRecord } from "../contracts/audit-log.ts";
import type { JsonValue } from "../core/canonical-json.ts";

/** How a model gets delivered, from the recorded decisions alone. */
export interface DeliveryFigures {
  /** Registered → production for the first time, for each version that got there, hours of the workspace's clock, ascending. */
  readonly leadTimeHours: readonly number[];
  /** Their median; `undefined` when no version reached production. */
  readonly leadTimeP50Hours: number | undefined;
  /** Versions that reached production. */
  readonly deployments: number;
  readonly registered: number;
  /** Promotions that gates refused. */
  readonly gateRefusals: number;
  /** Rollouts that ended by themselves for harm. */
  readonly rollbacks: number;
  readonly alerts: number;
  readonly retrainings: number;
}

/**
 * Works out delivery figures from audit records, in order.
 *
 * @example
 * ```ts
 * import { deliveryFigures } from "sluice/workflows";
 * if (deliveryFigures([]).deployments !== 0) throw new Error("nothing was delivered");
 * ```
 */
export function deliveryFigures(records: readonly AuditRecord[]): DeliveryFigures {
  const registeredAt = new Map<string, number>();
  const delivered = new Map<string, number>();
  for (const record of records) {
    if (record.kind === "version.registered") registeredAt.set(record.subject, record.timeMs);
    const since = registeredAt.get(record.subject);
    if (record.kind !== "version.promoted" || memberOf(record.body, "to") !== "production") continue;
    if (since !== undefined && !delivered.has(record.subject)) delivered.set(record.subject, record.timeMs - since);
  }
  const hours = [...delivered.values()].map((ms) => ms / 3_600_000).sort((a, b) => a - b);
  const count = (kind: string): number => records.filter((record) => record.kind === kind).length;
  return {
    leadTimeHours: hours,
    leadTimeP50Hours: medianOf(hours),
    deployments: hours.length,
    registered: registeredAt.size,
    gateRefusals: count("gate.refused"),
    rollbacks: count("rollout.rolledBack"),
    alerts: count("alert.raised"),
    retrainings: count("retraining.started"),
  };
}

function medianOf(ascending: readonly number[]): number | undefined {
  const lower = ascending[(ascending.length - 1) >> 1];
  const upper = ascending[ascending.length >> 1];
  return lower === undefined || upper === undefined ? undefined : (lower + upper) / 2;
}

function memberOf(body: JsonValue, name: string): JsonValue | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  return Object.entries(body).find(([key]) => key === name)?.[1];
}
