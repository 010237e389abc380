import { realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { SluiceError } from "../../core/errors.ts";
import { readAtMost } from "./artifact-folder.ts";
import { writeDurably } from "./durable-file.ts";
import { fileError } from "./file-errors.ts";
import { requireFree } from "./require-free.ts";

/** The bytes of a file that holds an archive; undefined for a folder. Errors: `artifact/refused` for a pipe or a device, `artifact/too-large`, `io/failed`. */
export async function archiveBytes(path: string, maxBytes: number): Promise<Uint8Array | undefined> {
  try {
    const real = await realpath(resolve(path));
    return (await stat(real)).isDirectory() ? undefined : await readAtMost(real, path, maxBytes);
  } catch (error) {
    throw error instanceof SluiceError ? error : fileError(error, path);
  }
}

/** Writes a file that is not there yet: all of it, or nothing. Errors: `argument/invalid` where something is there, `io/failed`, `io/disk-full`. */
export async function writeArchive(bytes: Uint8Array, path: string): Promise<void> {
  const target = resolve(path);
  try {
    await requireFree(target);
    await writeDurably(target, bytes, dirname(target));
  } catch (error) {
    throw error instanceof SluiceError ? error : fileError(error, path);
  }
}
