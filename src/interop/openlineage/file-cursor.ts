import { open, readFile, rename } from "node:fs/promises";
import { SluiceError } from "../../core/errors.ts";
import type { LineageCursor } from "./open-lineage.ts";

/**
 * Keeps how far the feed was told in a file of its own, so that a process that starts again goes on from there. One process at a time.
 * Errors: `io/failed`, `data/malformed-source` for a file that holds no position.
 *
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { fileCursor } from "sluice/interop/openlineage";
 *
 * const cursor = fileCursor(join(await mkdtemp(join(tmpdir(), "lineage-")), "cursor"));
 * if ((await cursor.read()) !== 0) throw new Error("nothing was told yet");
 * await cursor.write(7);
 * if ((await cursor.read()) !== 7) throw new Error("told up to 7");
 * ```
 */
export function fileCursor(path: string): LineageCursor {
  return {
    read: async () => {
      const text = await readFile(path, "utf8").catch((error: unknown) => {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return "0";
        throw failed(error, path);
      });
      const position = /^\d{1,15}\s*$/.test(text) ? Number(text) : Number.NaN;
      if (!Number.isNaN(position)) return position;
      throw new SluiceError("data/malformed-source", {
        found: `${JSON.stringify(text.slice(0, 40))} in ${path}`,
        expected: "a position in the feed, as in 17",
        fix: "Write the last position that was told, or delete the file to tell everything again.",
      });
    },
    write: async (position) => {
      try {
        const file = await open(`${path}.tmp`, "w");
        try {
          await file.writeFile(`${position}\n`);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(`${path}.tmp`, path);
      } catch (error) {
        throw failed(error, path);
      }
    },
  };
}

function failed(cause: unknown, path: string): SluiceError {
  return new SluiceError("io/failed", {
    found: `${cause instanceof Error ? cause.message : String(cause)} (${path})`,
    expected: "a file that this process may read and write",
    fix: "Check the path and the disk.",
    cause,
  });
}
