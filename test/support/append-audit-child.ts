// Appends audit events to a store and prints the index of each once it is acknowledged.
// Arguments: sqlite <path> | postgres <url>; then how many and a name; with "wait" after them it starts when its input ends.
import pg from "pg";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";

const [engine = "", where = "", count = "0", actor = "", start = ""] = process.argv.slice(2);
const pool = engine === "postgres" ? new pg.Pool({ connectionString: where, max: 2 }) : undefined;
const metadata = pool === undefined ? sqliteMetadata({ path: where }) : postgresMetadata({ pool, schema: "appended" });
await metadata.migrate([ledgerMigrations]);
const audit = new SqlAuditLog({ metadata, clock: systemClock });
if (start === "wait") {
  process.stdout.write("ready\n");
  await new Promise((resolve) => process.stdin.on("end", resolve).resume());
}
for (let i = 0; i < Number(count); i++) {
  const { index } = await metadata.write((tx) =>
    audit.append(tx, { kind: "appended", subject: `${actor}@${i}`, actor, body: { i } }),
  );
  process.stdout.write(`${index}\n`);
}
await metadata.close();
await pool?.end();
