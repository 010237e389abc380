import { constants } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import type { ArtifactContent, OpenArtifact, OpenArtifactFile } from "../../contracts/artifact.ts";
import { bytesOf } from "../../core/byte-source.ts";
import { SluiceError } from "../../core/errors.ts";
import { fileError } from "./file-errors.ts";
import { type OpenFile, openPlainFile } from "./open-file.ts";

/** What {@link artifactFolder} takes. */
export interface ArtifactFolderOptions {
  /** The format that the artifact is to have: the name by which a runtime knows it, as in `onnx`. */
  readonly format: string;
  /** Bytes of all files together; no file is read beyond. @default 8 GiB */
  readonly maxBytes?: number;
  /** Stops the reading; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Reads the files of a folder, and of those below it, as an artifact's content. A link is followed where it stays within the folder, and refused where it leaves it;
 * what is neither file nor folder (a pipe, a device) is refused.
 *
 * Errors: `artifact/refused`, `artifact/too-large`, `io/failed`; an aborted `signal`'s reason.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { artifactFolder } from "sluice/backends/fs";
 *
 * const folder = await mkdtemp(join(tmpdir(), "sluice-"));
 * await writeFile(join(folder, "model.json"), "{}");
 * const { files } = await artifactFolder(folder, { format: "json" });
 * if (files[0]?.path !== "model.json") throw new Error("one file expected");
 * await rm(folder, { recursive: true });
 * ```
 */
export async function artifactFolder(path: string, options: ArtifactFolderOptions): Promise<ArtifactContent> {
  const files: { readonly path: string; readonly bytes: Uint8Array }[] = [];
  const opened = await openArtifactFolder(path, options);
  for (const file of opened.files) {
    options.signal?.throwIfAborted();
    files.push({ path: file.path, bytes: await bytesOf(file) });
  }
  return { format: options.format, files };
}

/**
 * As {@link artifactFolder}, of files that are read a part at a time, when somebody asks for them: each is opened then, and must be as large as it was. Errors: as there.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { openArtifactFolder } from "sluice/backends/fs";
 *
 * const folder = await mkdtemp(join(tmpdir(), "sluice-"));
 * await writeFile(join(folder, "model.json"), "{}");
 * const { files } = await openArtifactFolder(folder, { format: "json" });
 * if (files[0]?.sizeBytes !== 2) throw new Error("one file of two bytes expected");
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openArtifactFolder(path: string, options: ArtifactFolderOptions): Promise<OpenArtifact> {
  const { format, maxBytes = 8 * 2 ** 30, signal } = options;
  try {
    const root = await realpath(resolve(path));
    const files: OpenArtifactFile[] = [];
    let room = maxBytes;
    for await (const found of walk(root, root, "")) {
      signal?.throwIfAborted();
      const { sizeBytes } = await withFile(found, async (file) => file);
      if (sizeBytes > room) throw tooLarge(found.path, sizeBytes, room);
      room -= sizeBytes;
      files.push({ path: found.path, sizeBytes, read: (from, to) => readPart(found, sizeBytes, from, to) });
    }
    return { format, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw fileError(error, path);
  }
}

interface Found {
  readonly path: string;
  /** Where it really lies. */
  readonly real: string;
}

async function* walk(root: string, folder: string, below: string): AsyncGenerator<Found> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = below + entry.name;
    const at = join(folder, entry.name);
    if (entry.isFile()) yield { path, real: at };
    else if (entry.isDirectory()) yield* walk(root, at, `${path}/`);
    else if (entry.isSymbolicLink()) yield { path, real: await linked(root, at, path) };
    else throw refused(`"${path}", which is neither a file nor a folder`);
  }
}

/** Where a link leads to: a file within the folder. */
async function linked(root: string, at: string, path: string): Promise<string> {
  const real = await realpath(at).catch(() => undefined);
  if (real?.startsWith(root + sep)) return real;
  throw refused(`the link "${path}", which leads ${real === undefined ? "nowhere" : "out of the folder"}`);
}

async function readPart(found: Found, sizeBytes: number, from: number, to: number): Promise<Uint8Array> {
  try {
    return await withFile(found, async (file) => {
      if (file.sizeBytes !== sizeBytes)
        throw refused(`"${found.path}", which was ${sizeBytes} bytes long and is ${file.sizeBytes}`);
      return await file.read(from, to);
    });
  } catch (error) {
    throw fileError(error, found.path);
  }
}

/** Opens what the name was found to be, never a link that was put there since. Errors: `artifact/refused`; those of the file system pass as they are. */
async function withFile<T>({ real, path }: Found, work: (file: OpenFile) => Promise<T>): Promise<T> {
  const file = await openPlainFile(real, path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/** The error for files that are too many bytes together. */
export function tooLarge(path: string, sizeBytes: number, room: number): SluiceError {
  return new SluiceError("artifact/too-large", {
    found: `"${path}" of ${sizeBytes} bytes, with room for ${room}`,
    expected: "files that fit `maxBytes` together",
    fix: "Leave out what the model does not need, or raise `maxBytes`.",
  });
}

function refused(found: string): SluiceError {
  return new SluiceError("artifact/refused", {
    found,
    expected: "files of the folder itself",
    fix: "Copy the file into the folder, or leave the link out.",
  });
}
