import { constants } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { SluiceError } from "../../core/errors.ts";
import { tooLarge } from "./artifact-folder.ts";
import { writePiecesDurably } from "./durable-file.ts";
import { fileError } from "./file-errors.ts";
import { type OpenFile, openPlainFile } from "./open-file.ts";
import { requireFree } from "./require-free.ts";

/** A file that holds an archive; undefined for a folder. Errors: `artifact/refused` for a pipe or a device, `artifact/too-large`, `io/failed`. */
export async function openArchiveFile(path: string, maxBytes: number): Promise<OpenFile | undefined> {
  try {
    const real = await realpath(resolve(path));
    if ((await stat(real)).isDirectory()) return undefined;
    const file = await openPlainFile(real, path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (file.sizeBytes <= maxBytes) return file;
    await file.close();
    throw tooLarge(path, file.sizeBytes, maxBytes);
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Writes a file that is not there yet: all of it, or nothing. Errors: `argument/invalid` where something is there, `io/failed`, `io/disk-full`; those of the pieces. */
export async function writeArchive(pieces: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const target = resolve(path);
  try {
    await requireFree(target);
    await writePiecesDurably(pieces, dirname(target), async () => target);
  } catch (error) {
    throw error instanceof SluiceError ? error : fileError(error, path);
  }
}
