import { open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { AuditAnchor } from "../../contracts/audit-anchor.ts";
import { makeFolder, syncFolder } from "./durable-file.ts";
import { fileError, fileErrorCode } from "./file-errors.ts";

/** What {@link fileAnchor} takes. */
export interface FileAnchorOptions {
  /** The file, one checkpoint a line; made at first use. Keep it where who can write the workspace cannot write: another disk, another machine. */
  readonly path: string;
  /** @default "file" */
  readonly name?: string;
}

/**
 * An {@link AuditAnchor} in a file that is only appended to (`chattr +a` makes the system enforce that).
 *
 * @example
 * ```ts
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { fileAnchor } from "sluice/backends/fs";
 * const folder = await mkdtemp(join(tmpdir(), "sluice-"));
 * const anchor = fileAnchor({ path: join(folder, "checkpoints.jsonl") });
 * await anchor.put("a signed checkpoint");
 * if ((await anchor.list())[0]?.text !== "a signed checkpoint") throw new Error("lost");
 * await rm(folder, { recursive: true });
 * ```
 */
export function fileAnchor({ path, name = "file" }: FileAnchorOptions): AuditAnchor {
  return {
    name,
    capabilities: { readable: true, immutable: false },
    put: async (text) => {
      try {
        await appendLine(path, text);
      } catch (error) {
        throw fileError(error, path);
      }
    },
    list: async () => {
      const lines = (await textOf(path)).split("\n");
      return lines.flatMap((text, i) => (text === "" ? [] : [{ where: `line ${i + 1}`, text }]));
    },
  };
}

async function appendLine(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  const file = await open(path, "a", 0o644);
  try {
    await file.appendFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (fileErrorCode(error) === "ENOENT") return "";
    throw fileError(error, path);
  }
}
