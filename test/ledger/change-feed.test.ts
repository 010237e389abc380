import { join } from "node:path";
import { expect, test } from "vitest";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import { manualClock } from "../../src/core/clock.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("changes come in order without gaps, from any position, and only when committed", async () => {
  const metadata = sqliteMetadata({ path: join(temporaryFolder(), "metadata.db") });
  await metadata.migrate([ledgerMigrations]);
  const clock = manualClock(1000);
  const changes = new SqlChangeFeed({ metadata, clock });
  expect(await changes.read()).toEqual([]);
  await metadata.write(async (tx) => {
    await changes.publish(tx, "dataset.committed", { name: "flights" });
    await changes.publish(tx, "run.ended", null);
  });
  const undone = metadata.write(async (tx) => {
    await changes.publish(tx, "undone", {});
    throw new RangeError("undone");
  });
  await expect(undone).rejects.toThrow(RangeError);
  clock.advance(5);
  await metadata.write((tx) => changes.publish(tx, "version.promoted", [1, "two"]));
  expect(await changes.read()).toEqual([
    { schema: 1, position: 1, timeMs: 1000, kind: "dataset.committed", payload: { name: "flights" } },
    { schema: 1, position: 2, timeMs: 1000, kind: "run.ended", payload: null },
    { schema: 1, position: 3, timeMs: 1005, kind: "version.promoted", payload: [1, "two"] },
  ]);
  expect((await changes.read({ after: 1, limit: 1 })).map((change) => change.position)).toEqual([2]);
  expect(await changes.read({ after: 3 })).toEqual([]);
  await metadata.close();
});
