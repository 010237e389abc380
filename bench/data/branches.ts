import { mkdir, writeFile } from "node:fs/promises";
import { z } from "zod";
import { folderFiles } from "../../src/backends/fs/folder-files.ts";
import { dataset } from "../../src/data/dataset.ts";
import { openWorkspace } from "../../src/open-workspace.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { onceMs, withFolder } from "../measure.ts";
import { report } from "../report.ts";

const bench = "data";
const rows = 10_000_000;
const files = 10_000;
const runs = 7;

const numbers = dataset("numbers", { schema: z.object({ at: z.date(), value: z.number() }), eventTime: "at" });

function some(from: number, count: number): Table {
  return makeTable({
    at: { tag: "instant", values: Float64Array.from({ length: count }, (_, i) => from + i) },
    value: { tag: "f64", values: Float64Array.from({ length: count }, (_, i) => (from + i) % 1000) },
  });
}

/** Branch and merge of ten million rows where one part was added, and the status of ten thousand files that nobody has touched. */
export async function branches(): Promise<void> {
  await withFolder(async (folder) => {
    const { commitRows, ws } = await open(`${folder}/workspace`);
    await commitRows(some(0, rows), "main");
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < runs; run++) {
      const name = `b${run}`;
      const branchMs = await onceMs(() => ws.data.branch("numbers", name));
      await commitRows(some(rows + 1000 * run, 1000), name);
      const mergeMs = await onceMs(() => ws.data.merge({ dataset: "numbers", from: name }));
      best = Math.min(best, branchMs + mergeMs);
    }
    report({ bench, case: "branch and merge 10M rows, one part added", value: best, unit: "ms", atMost: 20 });
    let diverged = Number.POSITIVE_INFINITY;
    for (let run = 0; run < runs; run++) {
      const name = `d${run}`;
      await ws.data.branch("numbers", name);
      await commitRows(some(-1000 * (run + 1), 1000), name);
      await commitRows(some(2 * rows + 1000 * run, 1000), "main");
      diverged = Math.min(diverged, await onceMs(() => ws.data.merge({ dataset: "numbers", from: name })));
    }
    report({ bench, case: "three-way merge of 10M rows, one part added on each side", value: diverged, unit: "ms" });
    let appended = Number.POSITIVE_INFINITY;
    for (let run = 0; run < runs; run++)
      appended = Math.min(appended, await onceMs(() => commitRows(some(3 * rows + run, 1), "main")));
    report({ bench, case: "append one row to 10M rows, durably", value: appended, unit: "ms" });
    await status(folder, ws);
    await ws.close();
  });
}

async function open(path: string) {
  const ws = await openWorkspace(path);
  const { DatasetRepository } = await import("../../src/data/dataset-repository.ts");
  const { openParts } = await import("../../src/workspace-parts.ts");
  const parts = await openParts({ path });
  const repository = new DatasetRepository(parts);
  const commitRows = (table: Table, branch: string) => repository.commit(numbers, [table], { branch });
  return { ws: { ...ws, close: async () => Promise.all([ws.close(), parts.close()]) }, commitRows };
}

async function status(folder: string, ws: Pick<Awaited<ReturnType<typeof openWorkspace>>, "data">): Promise<void> {
  const root = `${folder}/files`;
  for (let i = 0; i < files; i++) {
    if (i % 100 === 0) await mkdir(`${root}/${i / 100}`, { recursive: true });
    await writeFile(`${root}/${Math.floor(i / 100)}/${i}.txt`, `file ${i}`);
  }
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const source = folderFiles(root);
  await ws.data.commitFiles("images", source);
  let best = Number.POSITIVE_INFINITY;
  let bytesRead = 0;
  for (let run = 0; run < 5; run++) {
    best = Math.min(
      best,
      await onceMs(async () => {
        const found = await ws.data.status("images", source);
        if (found.unchanged !== files) throw new Error(`${found.unchanged} unchanged`);
        bytesRead += found.bytesRead;
      }),
    );
  }
  report({ bench, case: "status of 10,000 unchanged files, content read", value: bytesRead, unit: "bytes", atMost: 0 });
  report({ bench, case: "status of 10,000 unchanged files", value: best, unit: "ms" });
}
