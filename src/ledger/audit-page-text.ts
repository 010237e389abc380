import type { AuditPage } from "../contracts/audit-trail.ts";
import { isoOf } from "../core/iso-of.ts";
import { pageText } from "../core/page-text.ts";

/** A page of events, a line each: its place, when, what was decided, about what, and by whom. */
export function auditPageText({ records, next }: AuditPage): string {
  const rows = records.map(({ index, timeMs, kind, subject, actor }) => [
    String(index),
    isoOf(timeMs),
    kind,
    subject,
    actor,
  ]);
  return pageText("event", rows, next, (column) => column === 0);
}
