import type { AuditEvent, AuditRecord } from "../contracts/audit-log.ts";
import { canonicalJson, type JsonValue } from "../core/canonical-json.ts";
import { type Digest, digestOf, isDigest } from "../core/digest.ts";

/** A row of the audit chain as it is stored. */
export interface StoredAuditRow {
  readonly position: number;
  readonly kind: string;
  readonly subject: string;
  readonly record: string;
  readonly hash: string;
  /** Null in rows of older versions, as `time_ms`. */
  readonly actor: string | null;
  readonly time_ms: number | null;
}

/** The columns of a {@link StoredAuditRow}. */
export const auditColumns: readonly ["position", "kind", "subject", "record", "hash", "actor", "time_ms"] = [
  "position",
  "kind",
  "subject",
  "record",
  "hash",
  "actor",
  "time_ms",
];

/** What the first record's hash is chained to: 64 zeros. */
export const chainStart: Digest = `sha256:${"0".repeat(64)}`;

/** The stored text of a record: canonical JSON of everything but its hash, with the format's version. */
export function auditRecordText(
  event: AuditEvent,
  index: number,
  timeMs: number,
  personal?: { readonly [name: string]: Digest },
): string {
  return canonicalJson({
    actor: event.actor,
    body: event.body,
    index,
    kind: event.kind,
    personal,
    schema: 1,
    subject: event.subject,
    timeMs,
  });
}

/** A record's hash: SHA-256 of the previous record's hash in hex, a line feed, and the record's stored text. */
export function auditHash(previous: string, record: string): Digest {
  return digestOf(`${previous.slice("sha256:".length)}\n${record}`);
}

/** The record of a stored row; null where the row's text or columns are not what was written. */
export function parseAuditRow(row: StoredAuditRow): AuditRecord | null {
  const record = recordOfRow(row);
  return record === null || !isDigest(row.hash) ? null : { ...record, hash: row.hash };
}

/** The same, without its hash. */
export function recordOfRow(row: StoredAuditRow): Omit<AuditRecord, "hash"> | null {
  const record = parseRecord(row.record);
  if (record === null) return null;
  if (record.index !== row.position || record.kind !== row.kind || record.subject !== row.subject) return null;
  if (record.actor !== (row.actor ?? record.actor) || record.timeMs !== (row.time_ms ?? record.timeMs)) return null;
  return record;
}

/** The record of a stored text; null where it is none. */
export function parseRecord(text: string): Omit<AuditRecord, "hash"> | null {
  const parsed = parseObject(text);
  if (parsed === null) return null;
  const { actor, body, index, kind, personal, schema, subject, timeMs } = parsed;
  if (schema !== 1 || typeof index !== "number" || typeof kind !== "string" || typeof subject !== "string") return null;
  if (typeof actor !== "string" || typeof timeMs !== "number" || body === undefined) return null;
  const record = { schema, index, timeMs, kind, subject, actor, body } as const;
  if (personal === undefined) return record;
  const digests = personalDigests(personal);
  return digests === null ? null : { ...record, personal: digests };
}

function personalDigests(value: JsonValue): { readonly [name: string]: Digest } | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const digests: { [name: string]: Digest } = {};
  for (const [name, digest] of Object.entries(value)) {
    if (typeof digest !== "string" || !isDigest(digest)) return null;
    digests[name] = digest;
  }
  return digests;
}

function parseObject(text: string): { readonly [key: string]: JsonValue | undefined } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as { readonly [key: string]: JsonValue })
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
