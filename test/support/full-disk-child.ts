// Fills the disk under a workspace while it is used, and prints what came of each call, one JSON line at the end.
// Arguments: a folder on a small file system, and `fill` where a filler file may take what is left.
import { closeSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { isSluiceError } from "../../src/core/errors.ts";
import { rowsSource } from "../../src/index.ts";
import { flights, ingestFlights, openLoop, someFlights } from "./small-loop.ts";

const folder = process.argv[2] ?? "";
const mayFill = process.argv[3] === "fill";

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    const value = await work;
    return typeof value === "object" && value !== null && "outcome" in value ? String(value.outcome) : "done";
  } catch (error) {
    return isSluiceError(error) && error.fix.length > 3 ? error.code : String(error);
  }
}

/** Takes what is left of the disk, to the last byte. */
function fill(path: string): void {
  const file = openSync(path, "w");
  for (let size = 1 << 20; size >= 1; size >>= 1) {
    try {
      for (;;) writeSync(file, new Uint8Array(size));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    }
  }
  closeSync(file);
}

const ws = await openLoop(folder);
await ingestFlights(ws, someFlights(300));
const state = async (): Promise<object> => ({
  head: (await ws.data.head("flights"))?.digest,
  rows: (await ws.data.read((await ws.data.head("flights"))?.digest ?? "sha256:")).rowCount,
  audit: await ws.verifyAudit(),
  changes: (await ws.changes()).length,
  runs: (await ws.experiments.runs("delay")).length,
  leftovers: readdirSync(join(folder, "workspace", "blobs", "tmp")).length,
});
const before = await state();
// 400,000 rows of random delays and distances: more than the file system (or one file) may hold.
const big = someFlights(400_000).slice(300);
const codes: { [step: string]: string } = {
  bigIngest: await codeOf(ws.data.ingest(flights, rowsSource(big), { onFailure: "warn" })),
};
const afterBig = await state();
if (mayFill) {
  fill(join(folder, "filler"));
  codes["smallIngest"] = await codeOf(
    ws.data.ingest(flights, rowsSource(someFlights(320).slice(300)), { onFailure: "warn" }),
  );
  codes["run"] = await codeOf(ws.experiments.run("delay", {}, async () => 1));
  rmSync(join(folder, "filler"));
}
const afterFull = await state();
codes["freed"] = await codeOf(ws.data.ingest(flights, rowsSource(someFlights(340).slice(300)), { onFailure: "warn" }));
codes["freedRun"] = await codeOf(ws.experiments.run("delay", {}, async () => 1));
const end = await state();
await ws.close();
const again = await openLoop(folder);
const reopened = (await again.data.head("flights"))?.rows;
await again.close();
process.stdout.write(`\n${JSON.stringify({ codes, before, afterBig, afterFull, end, reopened })}\n`);
