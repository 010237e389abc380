import type { AuditRecord } from "../../contracts/audit-log.ts";
import type { DocumentedStatement, StatementSource } from "./documentation-record.ts";

/** What was found on record for a point, and what was looked for in vain. */
export interface PointFindings {
  readonly statements: readonly DocumentedStatement[];
  readonly missing: readonly string[];
}

/** An event as a source. */
export function eventSource({ index, hash, kind }: AuditRecord): StatementSource {
  return { kind: "audit", index, hash, event: kind };
}

/** A stored thing as a source. */
export function digestSource(of: string, digest: string): StatementSource {
  return { kind: "digest", of, digest };
}

/** A statement; none where there is nothing that it rests on. */
export function stated(text: string, sources: readonly StatementSource[]): readonly DocumentedStatement[] {
  const distinct = [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()];
  return distinct.length === 0 ? [] : [{ text, sources: distinct }];
}

/** Of many events the first and the last few stand for all: the text says how many there are. */
export function someSources(records: readonly AuditRecord[]): readonly StatementSource[] {
  const some = records.length <= 8 ? records : [...records.slice(0, 4), ...records.slice(-4)];
  return some.map(eventSource);
}

/** An instant for a person, UTC. */
export function isoOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

/** `1 row`, `2 rows`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
