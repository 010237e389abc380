import type { AuditRecord } from "../contracts/audit-log.ts";
import type { AuditSearch } from "../contracts/audit-trail.ts";
import type { WorkOptions } from "../core/progress.ts";
import type { Workspace } from "../workspace.ts";

/** What holds an audit log: a workspace. */
export type AuditSource = Pick<Workspace, "audit">;

/** What records are asked for. */
export type AskedRecords = Omit<AuditSearch, "after" | "limit" | "newestFirst">;

const pageRows = 500;

/** The records that are asked for, oldest first, a page at a time: the next is read when it is asked for. Errors: `audit/broken`; the signal's reason. */
export async function* recordPages(
  { audit }: AuditSource,
  asked: AskedRecords = {},
  { signal, onProgress }: WorkOptions = {},
): AsyncGenerator<readonly AuditRecord[]> {
  let done = 0;
  for (let after: number | undefined; ; ) {
    signal?.throwIfAborted();
    const page = await audit.search({ ...asked, limit: pageRows, ...(after !== undefined && { after }) });
    done += page.records.length;
    yield page.records;
    onProgress?.({ stage: "reading the audit log", done, unit: "events" });
    if (page.next === undefined) return;
    after = page.next;
  }
}

/** Every record that is asked for and that is to be kept, oldest first. Errors: as {@link recordPages}. */
export async function allRecords(
  source: AuditSource,
  asked: AskedRecords = {},
  work: WorkOptions = {},
  keeps: (record: AuditRecord) => boolean = () => true,
): Promise<readonly AuditRecord[]> {
  const found: AuditRecord[] = [];
  for await (const page of recordPages(source, asked, work)) for (const one of page) if (keeps(one)) found.push(one);
  return found;
}
