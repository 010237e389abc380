import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SluiceError } from "../core/errors.ts";

/** Makes sure that a folder is new or empty: before the work whose results it is to hold. Errors: `argument/invalid` for one with something in it, `io/failed`. */
export async function requireFree(folder: string): Promise<void> {
  try {
    if ((await readdir(folder)).length > 0) throw taken(folder);
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    if (!isAbsent(error)) throw unwritable(folder, error);
  }
}

/** A file to be written; its text comes in pieces, which are taken as the disk takes them. */
interface FileToWrite {
  readonly path: string;
  readonly pieces: AsyncIterable<string> | Iterable<string>;
}

/**
 * Writes files below a folder that is new or empty, one after the other, as `make` gives them. Where it fails, what was written is taken away again.
 * Errors: as {@link requireFree}; what `make` throws.
 */
export async function writeFiles<T>(
  folder: string,
  make: (write: (file: FileToWrite) => Promise<void>) => Promise<T>,
): Promise<T> {
  await requireFree(folder);
  const made: string[] = [];
  try {
    return await make(async ({ path, pieces }) => {
      const file = join(folder, path);
      try {
        made.push((await mkdir(dirname(file), { recursive: true })) ?? file);
        await writeFile(file, pieces);
      } catch (error) {
        throw isOfDisk(error) ? unwritable(folder, error) : error;
      }
    });
  } catch (error) {
    for (const path of made) await rm(path, { recursive: true, force: true });
    throw error;
  }
}

/** Not an error of who made the text. */
function isOfDisk(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function unwritable(folder: string, error: unknown): SluiceError {
  return new SluiceError("io/failed", {
    found: error instanceof Error ? error.message : String(error),
    expected: `to write below ${folder}`,
    fix: "Check the folder, its rights and the disk.",
    cause: error,
  });
}

function taken(folder: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${folder}, which has something in it`,
    expected: "a new or an empty folder",
    fix: "Pass --out <another folder>, or remove it: nothing is overwritten.",
  });
}
