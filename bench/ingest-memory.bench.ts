import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { root } from "../scripts/entries.ts";
import { run } from "../scripts/run.ts";
import { seededRandom } from "../src/core/random.ts";
import { onceMs, withFolder } from "./measure.ts";
import { report } from "./report.ts";

// A CSV file of 5 GB through ingest: validated, checked and committed by a process of its own, whose largest resident set is measured.

const bench = "ingest-memory";
const bytes = 5_000_000_000;

/** Flights, with one bad row in a thousand; answers how many. */
async function writeCsv(path: string): Promise<number> {
  const random = seededRandom("large");
  const out = createWriteStream(path);
  let text = "id,at,origin,carrier,note,delay,distance,fare,seats,cancelled\n";
  let written = 0;
  let rows = 0;
  for (; written + text.length < bytes; rows++) {
    const at = new Date(Date.UTC(2001, 0, 1) + rows * 1000).toISOString().slice(0, 19);
    const origin = ["ATL", "ORD", "DFW", "LAX"][random.int(4)] ?? "ATL";
    const delay = random.int(30) === 0 ? "" : random.int(300) - 60;
    const note = random.int(10) === 0 ? `"said ""late"", gate ${random.int(90)}"` : "";
    const seats = random.int(1000) === 0 ? "many" : random.int(300);
    const fare = 50 + random.int(90_000) / 100;
    text += `${rows},${at},"${origin}","Delta, Inc.",${note},${delay},${random.int(20_000) / 8},${fare},${seats},${rows % 50 === 0}\n`;
    if (text.length < 1_000_000) continue;
    written += text.length;
    if (!out.write(text)) await once(out, "drain");
    text = "";
  }
  out.end(text);
  await once(out, "close");
  return rows;
}

interface Ingested {
  readonly read: number;
  readonly accepted: number;
  readonly quarantined: number;
  readonly checks: readonly string[];
  readonly peakKib: number;
}

await withFolder(async (folder) => {
  const path = `${folder}/flights.csv`;
  const rows = await writeCsv(path);
  let finished = { code: -1, stdout: "", stderr: "" };
  const ms = await onceMs(async () => {
    finished = await run(process.execPath, [`${root}bench/data/ingest-csv-child.ts`, path, `${folder}/store`], {
      timeoutMs: 1_800_000,
    });
  });
  if (finished.code !== 0) throw new Error(`the ingest ended with ${finished.code}\n${finished.stderr}`);
  const found: Ingested = JSON.parse(finished.stdout);
  if (found.read !== rows || found.accepted + found.quarantined !== rows || found.quarantined < rows / 2000)
    throw new Error(`${rows} rows written, but ${finished.stdout}`);
  const size = (await stat(path)).size;
  const title = `a CSV file of ${(size / 1e9).toFixed(1)} GB, ${rows} rows: ingested, ${found.checks.length} checks`;
  report({ bench, case: `${title}, peak memory`, value: (found.peakKib * 1024) / 1e6, unit: "MB", atMost: 600 });
  report({ bench, case: `${title}`, value: size / 1e3 / ms, unit: "MB/s" });
});
