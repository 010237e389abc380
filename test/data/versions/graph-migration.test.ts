import { expect, test } from "vitest";
import { type DataTables, dataMigrations } from "../../../src/data/data-migrations.ts";
import { CommitGraph } from "../../../src/data/versions/commit-graph.ts";
import { onEachMetadata } from "../on-each-engine.ts";

type Before = DataTables & { data_head: { dataset: string; digest: string } };

onEachMetadata((withMetadata) => {
  test("a line of versions becomes the branch main, each version a commit with its batch", () =>
    withMetadata(async (open) => {
      const metadata = open();
      const first = dataMigrations.migrations.slice(0, 1);
      await metadata.migrate([{ stage: "data", migrations: first }]);
      const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
      await metadata.write(async (tx) => {
        const sql = tx.sql.withTables<Before>();
        for (const [i, name] of ["a", "b", "c"].entries()) {
          const parent = i === 0 ? null : digest(["a", "b"][i - 1] ?? "");
          const row = {
            digest: digest(name),
            dataset: "trips",
            schema_digest: "s",
            parent,
            row_count: i,
            created_at_ms: i,
          };
          await sql.insertInto("data_version").values(row).execute();
        }
        await sql
          .insertInto("data_batch")
          .values({ dataset: "trips", batch: digest("e"), version: digest("b"), record: "{}" })
          .execute();
        await sql
          .insertInto("data_head")
          .values({ dataset: "trips", digest: digest("c") })
          .execute();
      });
      await metadata.migrate([dataMigrations]);
      const graph = new CommitGraph(metadata);
      const tip = await graph.tip("trips", "heads/main");
      const line = [];
      for await (const commit of graph.history(tip === undefined ? [] : [tip.id])) line.push(commit);
      expect(line.map(({ version, timeMs, batch }) => [version, timeMs, batch])).toEqual([
        [digest("c"), 2, null],
        [digest("b"), 1, digest("e")],
        [digest("a"), 0, null],
      ]);
      await metadata.close();
    }));
});
