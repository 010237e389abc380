import type { AuditRecord } from "../../src/contracts/audit-log.ts";
import type { JsonValue } from "../../src/core/canonical-json.ts";
import { digestOf } from "../../src/core/digest.ts";

/** One event of a log: its kind, what it is about, when (hours), its body, who. */
export type WrittenEvent = readonly [kind: string, subject: string, hours: number, body?: JsonValue, actor?: string];

/** Audit records as a log would hold them. */
export function auditRecords(...events: readonly WrittenEvent[]): AuditRecord[] {
  return events.map(([kind, subject, hours, body = {}, actor = "ada"], index) => ({
    schema: 1,
    kind,
    subject,
    actor,
    body,
    index,
    timeMs: hours * 3_600_000,
    hash: digestOf(`${index}`),
  }));
}
