import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { ByteSource } from "../../core/byte-source.ts";
import { SluiceError } from "../../core/errors.ts";
import { fileError } from "./file-errors.ts";

/** An open file: its bytes are to be read a part at a time, until it is closed. */
export interface OpenFile extends ByteSource {
  /** Gives the file back to the system: nothing is read of it afterwards. */
  close(): Promise<void>;
}

/**
 * Opens a file to be read a part at a time, as an archive that need not fit in memory. Errors: `artifact/refused` for what is no file; `io/failed`.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { openFile } from "sluice/backends/fs";
 *
 * const folder = await mkdtemp(join(tmpdir(), "sluice-"));
 * await writeFile(join(folder, "a.bin"), "weights");
 * const file = await openFile(join(folder, "a.bin"));
 * if (new TextDecoder().decode(await file.read(2, 5)) !== "igh") throw new Error("its middle expected");
 * await file.close();
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openFile(path: string): Promise<OpenFile> {
  try {
    return await openPlainFile(path, path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Opens what must be a file, and no link where the flags say so. Errors: `artifact/refused`; those of the file system pass as they are. */
export async function openPlainFile(path: string, shown: string, flags: number): Promise<OpenFile> {
  const handle = await open(path, flags);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw notFile(shown);
    const sizeBytes = found.size;
    return {
      sizeBytes,
      read: (from, to) => readRange(handle, shown, from, to),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A system reads no more at once. */
const mostReadBytes = 2 ** 30;

async function readRange(handle: FileHandle, shown: string, from: number, to: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(to - from);
  try {
    for (let filled = 0; filled < bytes.length; ) {
      const { bytesRead } = await handle.read(
        bytes,
        filled,
        Math.min(mostReadBytes, bytes.length - filled),
        from + filled,
      );
      if (bytesRead === 0) throw cutOff(shown, from + filled, to);
      filled += bytesRead;
    }
  } catch (error) {
    throw fileError(error, shown);
  }
  return bytes;
}

function notFile(shown: string): SluiceError {
  return new SluiceError("artifact/refused", {
    found: `"${shown}", which is not a file`,
    expected: "files of the folder itself",
    fix: "Copy the file into the folder, or leave the link out.",
  });
}

function cutOff(shown: string, bytes: number, expected: number): SluiceError {
  return new SluiceError("io/failed", {
    found: `"${shown}", which ends after ${bytes} bytes`,
    expected: `at least the ${expected} bytes that it had when it was opened`,
    fix: "Call again once nothing writes to it.",
  });
}
