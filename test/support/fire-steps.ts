import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { csvFile } from "../../src/backends/fs/csv-file.ts";
import { fileSetSource } from "../../src/backends/fs/file-set.ts";
import { dataset } from "../../src/data/dataset.ts";
import { rowsSource } from "../../src/data/sources/rows-source.ts";
import type { OpenData } from "../data/open-data.ts";
import { keyed, readings, tableOf } from "../data/versions/sample-dataset.ts";

/** What the data stage does, over and over, one step after the other. */
export const stepKinds = ["ingest", "collect", "commit", "merge", "gc", "erase"] as const;

export type StepKind = (typeof stepKinds)[number];

export function kindOf(step: number): StepKind {
  return stepKinds[step % stepKinds.length] ?? "ingest";
}

/** Whose rows the round erases. */
export function personOf(round: number): string {
  return `person-${round}-of-all`;
}

/** The rows of a round's batch: every tenth is the round's person, and every twentieth is refused. */
export function batchOf(round: number): { readonly id: number; readonly who: string; readonly value: number }[] {
  return Array.from({ length: 60 }, (_, i) => ({
    id: 1000 * round + i,
    who: i % 10 === 0 ? personOf(round) : `P${i % 7}`,
    value: i % 20 === 0 ? 999 : i,
  }));
}

export const refusedAbove = 500;
export const baseRows = 60;
export const fileRows = 80;

/** How many rows the round's branch brings into main. */
export function branchRows(round: number): number {
  return 20 + (round % 5);
}

const people = dataset("people", {
  schema: z.object({ id: z.number(), at: z.date(), who: z.string(), value: z.number().max(refusedAbove) }),
  eventTime: "at",
  id: "id",
});

const inbox = dataset("inbox", { schema: z.object({ at: z.date(), id: z.number().int() }), eventTime: "at" });

/** What must be there before the first step. */
export async function beforeSteps({ data }: OpenData): Promise<void> {
  await data.commit(keyed, [tableOf(readings(0, baseRows))], { message: "base" });
}

/** Does a step; one that was done before, or in part, is completed. */
export async function doStep(open: OpenData, step: number): Promise<void> {
  const round = Math.floor(step / stepKinds.length);
  await steps[kindOf(step)](open, round);
}

const steps: { readonly [kind in StepKind]: (open: OpenData, round: number) => Promise<void> } = {
  ingest: async ({ data }, round) => {
    const rows = batchOf(round).map((row) => ({ ...row, at: new Date(1000 * row.id) }));
    // Every second batch goes to the blobs as it is read.
    const memoryBytes = round % 2 === 0 ? 0 : 67_108_864;
    await data.ingest(people, rowsSource(rows), { onFailure: "quarantine", memoryBytes });
  },
  collect: async ({ data, folder }, round) => {
    const place = join(folder, "inbox");
    mkdirSync(place, { recursive: true });
    const path = join(place, `${round}.csv`);
    if (!existsSync(path)) {
      const lines = Array.from({ length: fileRows }, (_, i) => `2001-01-01,${1000 * round + i}`);
      writeFileSync(`${path}.part`, `at,id\n${lines.join("\n")}\n`);
      renameSync(`${path}.part`, path);
    }
    await data.collect(inbox, fileSetSource(join(place, "*.csv"), csvFile, { uri: "inbox" }));
  },
  commit: async ({ data }, round) => {
    const branch = `work-${round}`;
    const message = `rows ${round}`;
    if (!(await branches(data)).has(branch)) await data.branch("keyed", branch);
    if ((await data.log("keyed", { branch, limit: 1 }))[0]?.message === message) return;
    const rows = readings(1000 * (round + 1), branchRows(round));
    await data.commit(keyed, [tableOf(rows)], { branch, message });
  },
  merge: async ({ data }, round) => {
    await data.merge({ dataset: keyed, from: `work-${round}`, message: `round ${round}` });
  },
  gc: async ({ data }, round) => {
    const scratch = `scratch-${round}`;
    if (!(await branches(data)).has(scratch)) await data.branch("keyed", scratch);
    await data.commit(keyed, [tableOf(readings(500_000 + round, 30))], { branch: scratch });
    for (const name of [scratch, `work-${round}`])
      if ((await branches(data)).has(name)) await data.deleteBranch("keyed", name);
    await data.gc({ graceMs: 0 });
  },
  erase: async ({ data }, round) => {
    const reason = `request ${round}`;
    await data.erase("people", { where: { who: personOf(round) }, reason, actor: "grace" });
  },
};

async function branches(data: OpenData["data"]): Promise<ReadonlySet<string>> {
  return new Set((await data.branches("keyed")).map(({ name }) => name));
}
