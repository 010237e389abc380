import type { AuditRecord } from "../contracts/audit-log.ts";
import type { JsonValue } from "../core/canonical-json.ts";

/** A member of a record's body; undefined where there is none. */
export function memberOf(body: JsonValue, name: string): JsonValue | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body) || !Object.hasOwn(body, name)) return undefined;
  return Object.entries(body).find(([key]) => key === name)?.[1];
}

/** A member that is text; undefined where there is none. */
export function textIn({ body }: AuditRecord, name: string): string | undefined {
  const value = memberOf(body, name);
  return typeof value === "string" ? value : undefined;
}

/** A member that is a number; undefined where there is none. */
export function numberIn({ body }: AuditRecord, name: string): number | undefined {
  const value = memberOf(body, name);
  return typeof value === "number" ? value : undefined;
}

/** A version's subject, `delay@3`, in its parts; undefined for a subject that is none. */
export function versionOf(subject: string): { readonly model: string; readonly version: number } | undefined {
  const match = /^(.+)@(\d+)$/.exec(subject);
  return match?.[1] === undefined ? undefined : { model: match[1], version: Number(match[2]) };
}

/** The model that a record is about; undefined where it names none. */
export function modelOf(record: AuditRecord): string | undefined {
  return versionOf(record.subject)?.model ?? textIn(record, "model");
}
