import type { AuditLog } from "./audit-log.ts";
import type { ChangeFeed } from "./change-feed.ts";
import type { LineageStore } from "./lineage-store.ts";

/** What every stage writes into inside its own transactions. Lock order: own locks, then `changes`, then `audit`. */
export interface Ledger {
  readonly audit: AuditLog;
  readonly lineage: LineageStore;
  readonly changes: ChangeFeed;
}
