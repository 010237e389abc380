import type { ArtifactContent, OpenArtifact, OpenArtifactFile } from "../../contracts/artifact.ts";
import { bytesOf, sourceOf } from "../../core/byte-source.ts";
import { digestOf } from "../../core/digest.ts";
import { changedFile } from "../../core/verified-pieces.ts";

/** An artifact, in memory or not, as one whose files are read a part at a time. */
export function opened({ format, files }: ArtifactContent | OpenArtifact): OpenArtifact {
  return { format, files: files.map((file) => ("bytes" in file ? openedFile(file) : plainFile(file))) };
}

/** The file as a plain object, whatever a host made it of: others are made of it. */
function plainFile(file: OpenArtifactFile): OpenArtifactFile {
  const { path, sizeBytes, mediaType, digest } = file;
  return {
    path,
    sizeBytes,
    read: (from, to) => file.read(from, to),
    ...(mediaType !== undefined && { mediaType }),
    ...(digest !== undefined && { digest }),
  };
}

/** A file in memory as one that is read a part at a time. */
export function openedFile({ path, bytes, mediaType }: ArtifactContent["files"][number]): OpenArtifactFile {
  return { path, ...sourceOf(bytes), ...(mediaType !== undefined && { mediaType }) };
}

/** All files of an artifact in memory. Errors: `artifact/corrupt` for a file that is not what its digest says; those of reading. */
export async function gathered({ format, files }: OpenArtifact): Promise<ArtifactContent> {
  const held: ArtifactContent["files"][number][] = [];
  for (const file of files) {
    const { path, mediaType, digest } = file;
    const bytes = await bytesOf(file);
    if (digest !== undefined && digestOf(bytes) !== digest) throw changedFile(path);
    held.push({ path, bytes, ...(mediaType !== undefined && { mediaType }) });
  }
  return { format, files: held };
}

/** The beginning of each file: what it is by its bytes is told by that. */
export async function headsOf({ format, files }: OpenArtifact): Promise<ArtifactContent> {
  const heads: ArtifactContent["files"][number][] = [];
  for (const file of files) {
    const { path, sizeBytes, mediaType } = file;
    const bytes = await file.read(0, Math.min(sizeBytes, headBytes));
    heads.push({ path, bytes, ...(mediaType !== undefined && { mediaType }) });
  }
  return { format, files: heads };
}

const headBytes = 8192;
