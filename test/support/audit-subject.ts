import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import { manualClock } from "../../src/core/clock.ts";
import { type LedgerTables, ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import type { AuditSubject } from "../../src/testing/audit-contract.ts";

type Row = LedgerTables["audit_events"];

/** An empty audit log in the store, and an attacker with SQL. */
export async function auditSubject(metadata: MetadataStore): Promise<AuditSubject> {
  await metadata.migrate([ledgerMigrations]);
  const rowAt = (position: number): Promise<Row> =>
    metadata.sql
      .withTables<LedgerTables>()
      .selectFrom("audit_events")
      .selectAll()
      .where("position", "=", position)
      .executeTakeFirstOrThrow();
  const change = (position: number, to: Partial<Row>): Promise<void> =>
    metadata.write(async (tx) => {
      await tx.sql
        .withTables<LedgerTables>()
        .updateTable("audit_events")
        .set(to)
        .where("position", "=", position)
        .execute();
    });
  return {
    metadata,
    audit: new SqlAuditLog({ metadata, clock: manualClock(1_700_000_000_000) }),
    tamper: {
      edit: async (index, from, to) => change(index, { record: (await rowAt(index)).record.replace(from, to) }),
      relabel: (index, subject) => change(index, { subject }),
      remove: (index) =>
        metadata.write(async (tx) => {
          await tx.sql.withTables<LedgerTables>().deleteFrom("audit_events").where("position", "=", index).execute();
        }),
      swap: async (a, b) => {
        const [first, second] = [await rowAt(a), await rowAt(b)];
        await change(a, { ...second, position: a });
        await change(b, { ...first, position: b });
      },
      copy: async (index, to) => {
        const row = await rowAt(index);
        await metadata.write(async (tx) => {
          await tx.sql
            .withTables<LedgerTables>()
            .insertInto("audit_events")
            .values({ ...row, position: to })
            .execute();
        });
      },
    },
  };
}
