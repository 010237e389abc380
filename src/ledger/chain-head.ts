import type { Kysely } from "kysely";
import type { MetadataTransaction } from "../contracts/metadata-store.ts";
import { chainStart } from "./audit-record.ts";
import { compiledLockedRead, compiledWrite } from "./compiled-statement.ts";
import type { LedgerTables } from "./ledger-migrations.ts";
import type { ChainHead } from "./verify-chain.ts";

const headId = 0;

/** Where the chain ends for a transaction that has read its head: it holds the lock, so nobody else has appended since. */
const heads = new WeakMap<MetadataTransaction, ChainHead>();

/** Takes the audit log's lock and reads where its chain ends; asked again in the same transaction, it knows. */
export async function lockedHead(tx: MetadataTransaction): Promise<ChainHead> {
  return heads.get(tx) ?? (await readHead(tx, ["audit"]));
}

/** Takes the locks of the change feed and the audit log at once, for a transaction that has nothing left but to write to them. */
export async function lockLedger(tx: MetadataTransaction): Promise<void> {
  await readHead(tx, ["changes", "audit"]);
}

/** Writes where the chain ends from now on. */
export async function moveHead(tx: MetadataTransaction, head: ChainHead): Promise<void> {
  await upsertHead(tx, headId, head.events, head.hash);
  heads.set(tx, head);
}

async function readHead(tx: MetadataTransaction, locks: readonly string[]): Promise<ChainHead> {
  const [stored] = await selectHead(tx, locks, headId);
  const head = stored ?? { events: 0, hash: chainStart };
  heads.set(tx, head);
  return head;
}

const selectHead = compiledLockedRead((sql: Kysely<LedgerTables>, id: number) =>
  sql.selectFrom("audit_head").select(["events", "hash"]).where("id", "=", id),
);

const upsertHead = compiledWrite((sql: Kysely<LedgerTables>, id: number, events: number, hash: string) =>
  sql
    .insertInto("audit_head")
    .values({ id, events, hash })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ events, hash })),
);
