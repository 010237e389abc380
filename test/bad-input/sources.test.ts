import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openDuckDb } from "../../src/backends/duckdb/duckdb-session.ts";
import { parquetSource, sqlSource } from "../../src/backends/duckdb/duckdb-source.ts";
import { csvFile } from "../../src/backends/fs/csv-file.ts";
import type { DataSource } from "../../src/contracts/data-source.ts";
import type { SluiceErrorCode } from "../../src/core/errors.ts";
import { csvSource } from "../../src/data/sources/csv-source.ts";
import { rowsSource } from "../../src/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { flights, ingestFlights, openLoop, someFlights } from "../support/small-loop.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { refusal, stateOf } from "./workspace-state.ts";

let ws: Workspace | undefined;
afterEach(async () => {
  await ws?.close();
  ws = undefined;
});

const header = "flight,date,origin,delay,distance";
const good = `${header}\n9001,2001-02-01T00:00:00Z,ATL,5,700\n`;

/** Ingests into a workspace that holds 300 flights; the refusal must leave it as it was, and a good batch must pass afterwards. */
async function refusedBy(
  code: SluiceErrorCode,
  make: (folder: string) => DataSource | Promise<DataSource>,
): Promise<string> {
  const folder = temporaryFolder();
  ws = await openLoop(folder);
  await ingestFlights(ws, someFlights(300));
  const before = await stateOf(ws, join(folder, "workspace"), ["flights", "flights.quarantine"]);
  const source = await make(folder);
  const messages = [];
  for (const onFailure of ["block", "quarantine", "warn"] as const)
    messages.push(await refusal(code, ws.data.ingest(flights, source, { onFailure })));
  expect(new Set(messages).size).toBe(1);
  expect(await stateOf(ws, join(folder, "workspace"), ["flights", "flights.quarantine"])).toEqual(before);
  const after = await ws.data.ingest(flights, rowsSource(someFlights(320).slice(300)));
  expect(after, after.summary).toMatchObject({ outcome: "committed", rows: { accepted: 20 } });
  return messages[0] ?? "";
}

function file(name: string, content: string | Uint8Array): (folder: string) => string {
  return (folder) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
}

async function parquetBytes(folder: string, select: string): Promise<string> {
  const path = join(folder, "some.parquet");
  const session = await openDuckDb();
  await session.connection.run(`copy (${select}) to '${path}' (format parquet)`);
  session.close();
  return path;
}

test("a file that is no Parquet is named as malformed", async () => {
  const message = await refusedBy("data/malformed-source", (folder) =>
    parquetSource(file("x.parquet", "not parquet at all")(folder)),
  );
  expect(message).toContain("x.parquet");
});

test("a Parquet file cut in the middle, and one with changed bytes in its data, are malformed", async () => {
  const select =
    "select range::double as flight, timestamp '2001-02-01' as date, 'ATL' as origin, range::double as delay, 5.0 as distance from range(50000)";
  await refusedBy("data/malformed-source", async (folder) => {
    const path = await parquetBytes(folder, select);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    return parquetSource(path);
  });
  await ws?.close();
  await refusedBy("data/malformed-source", async (folder) => {
    const path = await parquetBytes(folder, select);
    const bytes = readFileSync(path);
    bytes.fill(0xff, 100, 20_000);
    writeFileSync(path, bytes);
    return parquetSource(path);
  });
});

test("a CSV file with an open quote, in UTF-16, with a column named twice, or with nothing in it is malformed", async () => {
  const open = `${good}9002,"2001-02-01T00:01:00Z,ATL,5,700\n`;
  const contents = [
    open,
    Buffer.from(`\ufeff${good}`, "utf16le"),
    `${header},delay\n9001,2001-02-01,ATL,5,700,5\n`,
    "",
  ];
  for (const content of contents) {
    await refusedBy("data/malformed-source", (folder) => csvFile(file("x.csv", content)(folder)));
    await ws?.close();
  }
});

test("a malformed line of a CSV file is a refused row: it blocks the batch, or goes to quarantine with its line", async () => {
  const folder = temporaryFolder();
  ws = await openLoop(folder);
  await ingestFlights(ws, someFlights(300));
  const more = someFlights(320).slice(300);
  const lines = more.map((row) =>
    [row.flight, new Date(row.date).toISOString(), row.origin, row.delay, row.distance].join(),
  );
  const source = csvSource([header, ...lines, "9002,2001-02-01T00:01:00Z,ATL,5"].join("\n"));
  const before = await ws.data.head("flights");
  expect(await ws.data.ingest(flights, source)).toMatchObject({ outcome: "blocked", rows: { blocked: 21 } });
  expect(await ws.data.head("flights")).toEqual(before);
  const apart = await ws.data.ingest(flights, source, { onFailure: "quarantine" });
  expect(apart, apart.summary).toMatchObject({ outcome: "committed", rows: { accepted: 20, quarantined: 1 } });
  expect(apart.faults[0]?.issues[0]?.message).toContain("line 22: 4 fields, expected 5");
});

test("a file that is not there is io/failed and named", async () => {
  for (const source of [parquetSource("/nowhere/x.parquet"), csvFile("/nowhere/x.csv")]) {
    expect(await refusedBy("io/failed", () => source)).toContain("/nowhere/x.");
    await ws?.close();
  }
});

test("a missing column is named, with the columns that there are", async () => {
  const message = await refusedBy("data/missing-column", () =>
    csvSource("flight,date,origin,delay\n9001,2001-02-01T00:00:00Z,ATL,5\n"),
  );
  expect(message).toContain('"distance"');
  await ws?.close();
  const select = "select 1::double as flight, timestamp '2001-02-01' as date, 'ATL' as origin, 5.0::double as delay";
  const told = await refusedBy("data/missing-column", () => sqlSource(`${select}, 7 as distanse`));
  expect(told).toContain("flight, date, origin, delay, distanse");
  expect(told).toContain('"distance"');
});

test("a column of another type does not match the schema", async () => {
  const select =
    "select 1::double as flight, timestamp '2001-02-01' as date, 'ATL' as origin, 'late' as delay, 5.0::double as distance";
  expect(await refusedBy("data/schema-mismatch", () => sqlSource(select))).toContain("delay");
});
