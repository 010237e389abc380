// Ingests a CSV stream in which one field has a gibibyte, and prints what came of it and what the process needed, one JSON line at the end.
// Arguments: a folder, and what stands before the field: nothing, or an open quote.
import process from "node:process";
import { isSluiceError } from "../../src/core/errors.ts";
import type { DataSource } from "../../src/contracts/data-source.ts";
import { readCsv } from "../../src/table/csv/read-csv.ts";
import { flights, ingestFlights, openLoop, someFlights } from "./small-loop.ts";

const folder = process.argv[2] ?? "";
const open = process.argv[3] ?? "";
const megabyte = 1_048_576;

let bytesTaken = 0;
async function* hugeField(): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(`flight,date,origin,delay,distance\n9001,2001-02-01T00:00:00Z,ATL,5,700\n9002,${open}`);
  const block = new Uint8Array(megabyte).fill(97);
  for (; bytesTaken < 1024 * megabyte; bytesTaken += block.length) yield block;
  yield encoder.encode(`${open},ATL,5,700\n`);
}

const source: DataSource = {
  describe: () => ({ uri: "huge.csv", kind: "csv" }),
  nulls: "single",
  batches: (columns) => readCsv(hugeField(), columns),
  digest: async () => "sha256:0000000000000000000000000000000000000000000000000000000000000000",
};

const ws = await openLoop(folder);
await ingestFlights(ws, someFlights(300));
const head = (await ws.data.head("flights"))?.digest;
/** The most memory that the process ever held so far. */
const peakMegabytes = (): number => process.resourceUsage().maxRSS / 1024;
const before = peakMegabytes();
const refused = await ws.data.ingest(flights, source, { onFailure: "quarantine" }).then(
  ({ summary }) => summary,
  (error: unknown) => (isSluiceError(error) ? error.message : String(error)),
);
const grownMegabytes = peakMegabytes() - before;
const kept = (await ws.data.head("flights"))?.digest === head;
await ws.close();
process.stdout.write(`\n${JSON.stringify({ refused, grownMegabytes, takenMegabytes: bytesTaken / megabyte, kept })}\n`);
