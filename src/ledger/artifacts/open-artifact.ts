import type {
  Artifact,
  ArtifactContent,
  ArtifactStore,
  OpenArtifact,
  OpenArtifactFile,
  StoredArtifact,
} from "../../contracts/artifact.ts";
import { bytesOf, sourceOf } from "../../core/byte-source.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
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

/** Stores files that are read a part at a time; a store that cannot is given them in memory. Errors: the store's. */
export async function putOpen(store: ArtifactStore, content: OpenArtifact): Promise<Artifact> {
  return await (store.putFrom?.(content) ?? store.put(await gathered(content)));
}

/** A stored artifact whose files are read a part at a time; of a store that cannot, they are held in memory. Errors: the store's. */
export async function openStored(store: ArtifactStore, digest: Digest): Promise<StoredArtifact> {
  if (store.open !== undefined) return await store.open(digest);
  const { format, files } = await store.get(digest);
  return { format, files: files.map((file) => ({ ...openedFile(file), digest: digestOf(file.bytes) })) };
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
