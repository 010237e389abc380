import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { randomBytes } from "../../core/platform.ts";
import { fileErrorCode } from "./file-errors.ts";

const noDirectorySync: ReadonlySet<string> = new Set(["EISDIR", "EPERM", "EACCES", "EINVAL", "ENOTSUP"]);

/**
 * Writes a whole file so that after a crash it is there complete or not at all: a temporary file is written and synced, renamed onto
 * the target, and the target's folder synced. A failure leaves no temporary file. Errors of the file system pass as they are.
 */
export async function writeDurably(target: string, bytes: Uint8Array, temporaryFolder: string): Promise<void> {
  await makeFolder(dirname(target));
  await writeThenPlace(
    temporaryFolder,
    (file) => file.writeFile(bytes),
    async () => target,
  );
}

/**
 * As {@link writeDurably}, of bytes that come in pieces: once all are written, `placed` says where they belong; undefined = nowhere, and nothing is kept. Errors: also
 * those of the pieces.
 */
export async function writePiecesDurably(
  pieces: AsyncIterable<Uint8Array>,
  temporaryFolder: string,
  placed: () => Promise<string | undefined>,
): Promise<void> {
  await writeThenPlace(temporaryFolder, (file) => writePieces(file, pieces), placed);
}

async function writeThenPlace(
  temporaryFolder: string,
  write: (file: FileHandle) => Promise<void>,
  placed: () => Promise<string | undefined>,
): Promise<void> {
  await makeFolder(temporaryFolder);
  const temporary = join(temporaryFolder, `${Buffer.from(randomBytes(16)).toString("hex")}.tmp`);
  let target: string | undefined;
  try {
    const file = await open(temporary, "wx");
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    target = await placed();
    if (target === undefined) return await rm(temporary, { force: true });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

async function writePieces(file: FileHandle, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  let at = 0;
  for await (const piece of pieces)
    for (let done = 0; done < piece.length; ) {
      const { bytesWritten } = await file.write(piece, done, piece.length - done, at);
      done += bytesWritten;
      at += bytesWritten;
    }
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
