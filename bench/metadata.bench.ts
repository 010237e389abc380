import { spawn } from "node:child_process";
import { once } from "node:events";
import { sqliteMetadata } from "../src/backends/sqlite/sqlite-metadata-store.ts";
import type { MetadataStore } from "../src/contracts/metadata-store.ts";
import { insert, sampleStage } from "../src/testing/metadata-subject.ts";
import { onceMs, quantileOf, withFolder } from "./measure.ts";
import { rawSqlite } from "./raw-sqlite.ts";
import { report } from "./report.ts";

// The metadata store on SQLite beside plain node:sqlite on the same disk, in alternation; and how long a waiting writer holds up
// the event loop.

const bench = "metadata";
const block = 200;
const rounds = 5;

/** The figure of ours and of the baseline, a second: medians of alternating rounds. */
async function alternating(
  ours: (round: number) => Promise<unknown>,
  baseline: () => void,
): Promise<readonly number[]> {
  const rates: { readonly ours: number[]; readonly baseline: number[] } = { ours: [], baseline: [] };
  for (let round = 0; round < rounds; round++) {
    rates.baseline.push((block * 1000) / (await onceMs(baseline)));
    rates.ours.push((block * 1000) / (await onceMs(() => ours(round))));
  }
  return [quantileOf(rates.ours, 0.5), quantileOf(rates.baseline, 0.5)];
}

async function throughput(store: MetadataStore, folder: string): Promise<void> {
  const raw = rawSqlite(`${folder}/raw.sqlite`);
  const line = async (
    name: string,
    unit: string,
    ours: (round: number) => Promise<unknown>,
    baseline: () => void,
  ): Promise<void> => {
    const [value = Number.NaN, plain = Number.NaN] = await alternating(ours, baseline);
    report({ bench, case: name, value, unit, baseline: plain });
  };
  const write = (id: string): Promise<void> => store.write(async (tx) => await insert(tx, id));
  await line(
    "durable writes, one after the other",
    "tx/s",
    async (round) => {
      for (let i = 0; i < block; i++) await write(`alone-${round}-${i}`);
    },
    () => raw.writes(block),
  );
  await line(
    "durable writes, all at once",
    "tx/s",
    (round) => Promise.all(Array.from({ length: block }, (_, i) => write(`many-${round}-${i}`))),
    () => raw.writes(block),
  );
  await line(
    "reads by key",
    "reads/s",
    async (round) => {
      for (let i = 0; i < block; i++) await readOne(store, `alone-${round}-${i}`);
    },
    () => raw.reads(block),
  );
  raw.close();
}

async function readOne(store: MetadataStore, id: string): Promise<void> {
  const samples = store.sql.withTables<{ samples: { id: string } }>();
  await samples.selectFrom("samples").select("id").where("id", "=", id).executeTakeFirstOrThrow();
}

const holdLock: string = `
  import { DatabaseSync } from "node:sqlite";
  const database = new DatabaseSync(process.argv[1]);
  database.exec("begin immediate");
  process.stdout.write("held");
  setTimeout(() => { database.exec("rollback"); database.close(); }, 300);
`;

/** The longest time between two turns of the event loop, milliseconds, while a write waits 300 ms for a lock. */
async function gapWhileLocked(store: MetadataStore, path: string, round: number): Promise<number> {
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", holdLock, path];
  const holder = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(holder, "exit");
  await once(holder.stdout, "data");
  const started = performance.now();
  let [longest, last] = [0, started];
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  await store.write(async (tx) => await insert(tx, `waited-${round}`));
  clearInterval(timer);
  if (performance.now() - started < 100) throw new Error("the write did not wait: the lock was not held");
  await ended;
  return longest;
}

await withFolder(async (folder) => {
  const path = `${folder}/metadata.sqlite`;
  const store = sqliteMetadata({ path });
  await store.migrate([sampleStage]);
  await throughput(store, folder);
  const gaps: number[] = [];
  for (let round = 0; round < 5; round++) gaps.push(await gapWhileLocked(store, path, round));
  const gap = quantileOf(gaps, 0.5);
  report({ bench, case: "event-loop gap while another process holds the lock", value: gap, unit: "ms", atMost: 20 });
  await store.close();
});
