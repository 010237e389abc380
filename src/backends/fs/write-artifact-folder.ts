import { rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ArtifactContent, OpenArtifact } from "../../contracts/artifact.ts";
import { SluiceError } from "../../core/errors.ts";
import { randomBytes } from "../../core/platform.ts";
import { verifiedPieces } from "../../core/verified-pieces.ts";
import { makeFolder, syncFolder, writeDurably, writePiecesDurably } from "./durable-file.ts";
import { fileError } from "./file-errors.ts";
import { requireFree } from "./require-free.ts";

/**
 * Writes an artifact's files into a new folder: all of them, or no folder at all, whatever stops it. Names that leave the folder are refused. Files that are
 * read a part at a time are written so.
 *
 * Errors: `argument/invalid` where something is there already, `artifact/invalid-name`, `io/failed`, `io/disk-full`; `artifact/corrupt` for a file that is not what its digest says.
 */
export async function writeArtifactFolder(content: ArtifactContent | OpenArtifact, path: string): Promise<void> {
  const target = resolve(path);
  const temporary = join(dirname(target), `.${Buffer.from(randomBytes(8)).toString("hex")}.tmp`);
  for (const file of content.files) requireInside(file.path);
  try {
    await requireFree(target);
    for (const file of content.files) {
      const [place, writing] = [join(temporary, "files", file.path), join(temporary, "writing")];
      if ("bytes" in file) await writeDurably(place, file.bytes, writing);
      else {
        await makeFolder(dirname(place));
        await writePiecesDurably(verifiedPieces(file), writing, async () => place);
      }
    }
    await rename(join(temporary, "files"), target);
    await syncFolder(dirname(target));
  } catch (error) {
    throw error instanceof SluiceError ? error : fileError(error, path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function requireInside(path: string): void {
  const segments = path.split("/");
  if (!path.includes("\\") && !segments.some((segment) => segment === "" || segment === "." || segment === ".."))
    return;
  throw new SluiceError("artifact/invalid-name", {
    found: `the file name ${JSON.stringify(path)}`,
    expected: "a relative path with forward slashes within the folder",
    fix: "Rename the file.",
  });
}
