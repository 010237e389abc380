import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { csvFile } from "../../src/backends/fs/csv-file.ts";
import { fileSetSource } from "../../src/backends/fs/file-set.ts";
import { dataset } from "../../src/data/dataset.ts";
import type { DataStage } from "../../src/data/data-stage.ts";

/** Files that arrive one after the other. */
export const fileCount = 4;
/** Rows of each. */
export const fileRows = 20_000;

const readings = dataset("readings", {
  schema: z.object({ at: z.date(), id: z.number().int(), value: z.number() }),
  eventTime: "at",
});

/** Lets the files arrive, each at once and whole, and collects after each. */
export async function collectSteps(
  folder: string,
  data: DataStage,
  collected: (outcome: string) => void,
): Promise<void> {
  const inbox = join(folder, "inbox");
  mkdirSync(inbox, { recursive: true });
  const source = fileSetSource(join(inbox, "*.csv"), csvFile, { uri: "inbox" });
  for (let i = 0; i < fileCount; i++) {
    const path = join(inbox, `${i}.csv`);
    if (!existsSync(path)) {
      const lines = Array.from({ length: fileRows }, (_, row) => `2001-01-01,${i * fileRows + row},"${row / 8}"`);
      writeFileSync(`${path}.part`, `at,id,value\n${lines.join("\n")}\n`);
      renameSync(`${path}.part`, path);
    }
    collected((await data.collect(readings, source)).outcome);
  }
}
