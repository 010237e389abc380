import { constants, type Stats } from "node:fs";
import { open, readdir, realpath } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import type { ArtifactContent } from "../../contracts/artifact.ts";
import { SluiceError } from "../../core/errors.ts";
import { fileError } from "./file-errors.ts";

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
  try {
    const root = await realpath(resolve(path));
    const files: { readonly path: string; readonly bytes: Uint8Array }[] = [];
    let room = options.maxBytes ?? 8 * 2 ** 30;
    for await (const file of walk(root, root, "")) {
      options.signal?.throwIfAborted();
      const bytes = await readAtMost(file.real, file.path, room);
      room -= bytes.length;
      files.push({ path: file.path, bytes });
    }
    return { format: options.format, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
  } catch (error) {
    if (error instanceof SluiceError || options.signal?.aborted === true) throw error;
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

/**
 * Opens what the name was found to be, never a link that was put there since; and what it opened must be a file of at most `room` bytes.
 * Errors: `artifact/refused`, `artifact/too-large`; those of the file system pass as they are.
 */
export async function readAtMost(file: string, path: string, room: number): Promise<Uint8Array> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found: Stats = await handle.stat();
    if (!found.isFile()) throw refused(`"${path}", which is not a file`);
    if (found.size > room)
      throw new SluiceError("artifact/too-large", {
        found: `"${path}" of ${found.size} bytes, with room for ${room}`,
        expected: "files that fit `maxBytes` together",
        fix: "Leave out what the model does not need, or raise `maxBytes`.",
      });
    const bytes = await handle.readFile();
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } finally {
    await handle.close();
  }
}

function refused(found: string): SluiceError {
  return new SluiceError("artifact/refused", {
    found,
    expected: "files of the folder itself",
    fix: "Copy the file into the folder, or leave the link out.",
  });
}
