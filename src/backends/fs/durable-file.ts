import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { randomBytes } from "../../core/platform.ts";
import { fileErrorCode } from "./file-errors.ts";

const noDirectorySync: ReadonlySet<string> = new Set(["EISDIR", "EPERM", "EACCES", "EINVAL", "ENOTSUP"]);

/**
 * Writes a whole file so that after a crash it is there complete or not at all: a temporary file is written and synced, renamed onto
 * the target, and the target's folder synced. A failure leaves no temporary file. Errors of the file system pass as they are.
 */
export async function writeDurably(target: string, bytes: Uint8Array, temporaryFolder: string): Promise<void> {
  await makeFolder(temporaryFolder);
  await makeFolder(dirname(target));
  const temporary = join(temporaryFolder, `${Buffer.from(randomBytes(16)).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

/** Makes a folder and those above it, and makes their names durable. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  const top = dirname(resolve(first));
  for (let made = dirname(resolve(folder)); made.length >= top.length; made = dirname(made)) {
    await syncFolder(made);
    if (made === dirname(made)) return;
  }
}

/** Makes the names in a folder durable; does nothing where the system cannot sync folders (Windows). */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!noDirectorySync.has(fileErrorCode(error) ?? "")) throw error;
  }
}
