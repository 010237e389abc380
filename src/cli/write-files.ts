import { mkdir, readdir, writeFile } from "node:fs/promises";
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

/** Writes files below a folder that is new or empty, one after the other, as they are given. Errors: as {@link requireFree}. */
export async function writeFiles(
  folder: string,
  files: readonly { readonly path: string; readonly text: string }[],
): Promise<void> {
  await requireFree(folder);
  try {
    for (const { path, text } of files) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  } catch (error) {
    throw unwritable(folder, error);
  }
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
