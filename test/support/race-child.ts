// Writes to one dataset while others do, in one of some ways, from the moment its input says so, and waits for the others halfway; prints what
// was acknowledged.
import { createInterface } from "node:readline";
import { once } from "node:events";
import { isSluiceError } from "../../src/core/errors.ts";
import { rowsSource } from "../../src/data/sources/rows-source.ts";
import { keyed, readings, tableOf } from "../data/versions/sample-dataset.ts";
import { type DataPlace, openAt } from "./data-store.ts";

export interface RaceOrder {
  readonly place: DataPlace;
  /** `stream`: commits that cannot be repeated by the library; `gc`: collects until its input ends. */
  readonly work: "ingest" | "commit" | "stream" | "gc";
  readonly name: string;
  readonly count: number;
  readonly firstId: number;
}

process.stdout.write("ready\n");
const input = createInterface(process.stdin);
const [line]: unknown[] = await once(input, "line");
const { place, work, name, count, firstId }: RaceOrder = JSON.parse(String(line));
const { data, close } = await openAt(place);
process.stdout.write("opened\n");
await once(input, "line");

let ended = false;
input.once("close", () => {
  ended = true;
});
if (work === "gc") {
  for (let removed = 0; ; ) {
    removed += (await data.gc({ graceMs: 0 })).removed;
    if (!ended) continue;
    process.stdout.write(`removed ${removed}\n`);
    break;
  }
} else {
  for (let i = 0; i < count; i++) {
    if (i === Math.floor(count / 2)) await meetTheOthers();
    await write(i);
  }
}
await close();
input.close();
process.stdin.destroy();

async function meetTheOthers(): Promise<void> {
  process.stdout.write("halfway\n");
  await once(input, "line");
}

/** Writes two rows; where another writer was first, as often as it takes. */
async function write(i: number): Promise<void> {
  const message = `${name} ${i}`;
  const rows = readings(firstId + 10 * i, 2);
  for (;;) {
    try {
      if (work === "ingest") {
        const source = rowsSource(rows.map((row) => ({ ...row, at: new Date(row.at) })));
        await data.ingest(keyed, source, { message });
      } else if (work === "commit") await data.commit(keyed, [tableOf(rows)], { message });
      else await data.commit(keyed, stream(rows), { message });
      process.stdout.write(`acknowledged ${message}\n`);
      return;
    } catch (error) {
      if (!isSluiceError(error, "data/head-moved")) throw error;
      process.stdout.write(`head-moved ${message}\n`);
    }
  }
}

async function* stream(rows: ReturnType<typeof readings>) {
  yield tableOf(rows);
}
