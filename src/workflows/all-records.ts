import type { AuditRecord } from "../contracts/audit-log.ts";
import type { AuditSearch } from "../contracts/audit-trail.ts";
import type { WorkOptions } from "../core/progress.ts";
import type { Workspace } from "../workspace.ts";

/** What holds an audit log: a workspace. */
export type AuditSource = Pick<Workspace, "audit">;

const pageRows = 10_000;

/** Every record that is asked for, oldest first, read page by page. Errors: `audit/broken`; the signal's reason. */
export async function allRecords(
  { audit }: AuditSource,
  asked: Omit<AuditSearch, "after" | "limit" | "newestFirst"> = {},
  { signal, onProgress }: WorkOptions = {},
): Promise<readonly AuditRecord[]> {
  const found: AuditRecord[] = [];
  for (let after: number | undefined; ; ) {
    signal?.throwIfAborted();
    const page = await audit.search({ ...asked, limit: pageRows, ...(after !== undefined && { after }) });
    found.push(...page.records);
    onProgress?.({ stage: "reading the audit log", done: found.length, unit: "events" });
    if (page.next === undefined) return found;
    after = page.next;
  }
}
