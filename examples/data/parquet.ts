// A version leaves as Parquet with a manifest, and comes back as the same version, in any workspace.
import { join } from "node:path";
import { openWorkspace } from "sluice";
import { exportedSource, exportParquet, queryTable } from "sluice/backends/duckdb";
import { tableToRows } from "sluice/table";
import { expect, flights, flightsBetween, withWorkspace } from "./shared/flights.ts";

await withWorkspace(async (ws, folder) => {
  await ws.data.ingest(flights, flightsBetween("2001-01-01", "2001-01-08"));
  const head = await ws.data.head("flights");
  expect(head !== undefined, "a week was committed");

  const target = join(folder, "export");
  const manifest = await exportParquet(ws.data, head.digest, target, {
    rowsPerFile: 50_000,
    onProgress: ({ done, total }) => console.log(`${done} of ${total} rows`),
  });
  console.log(manifest);
  expect(manifest.rows === head.rows && manifest.files.length === 3, "three files of at most 50,000 rows");

  // Any tool reads the files.
  const busiest = await queryTable(
    `select origin, count(*)::int as flights, round(avg(delay), 1) as delay
     from read_parquet('${join(target, "*.parquet")}') group by origin order by flights desc limit 3`,
  );
  console.table(tableToRows(busiest));

  // Sluice reads them back to equal cells, and so to the same version.
  const other = await openWorkspace(join(folder, "other"));
  const result = await other.data.ingest(flights, exportedSource(target));
  expect(result.outcome === "committed" && result.version.digest === head.digest, "the same version");
  console.log(`${result.version.rows} rows, ${result.version.digest.slice(0, 19)}… again`);
  await other.close();
});
