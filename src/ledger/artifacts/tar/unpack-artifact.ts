import type { ArtifactContent, OpenArtifact } from "../../../contracts/artifact.ts";
import { type ByteSource, partOf } from "../../../core/byte-source.ts";
import { unpacking } from "./unpacking.ts";

/** What {@link unpackArtifact} takes. */
export interface UnpackOptions {
  /** The format that the artifact is to have, as in `certified-model`. */
  readonly format: string;
  /** The most files; folders count as files. @default 10,000 */
  readonly maxFiles?: number;
}

/**
 * The files of an uncompressed tar (ustar, with extended headers of POSIX.1-2001), as `export` and `tar --format=pax` write it. Nothing is written anywhere: files are views of the
 * bytes. Refused is whatever is not a plain file or a folder (links, devices, sparse files, headers that change what others say), a name that leaves the
 * folder or collides with another, a size that does not fit, and an archive that does not end as it should.
 *
 * Errors: `artifact/refused`, which names the entry; `artifact/invalid-name`; `artifact/too-large`.
 *
 * @example
 * ```ts
 * import { unpackArtifact } from "sluice/ledger";
 * const { files } = unpackArtifact(new Uint8Array(1024), { format: "certified-model" });
 * if (files.length !== 0) throw new Error("two blocks of zeros are an empty archive");
 * ```
 */
export function unpackArtifact(given: Uint8Array, { format, maxFiles = mostFiles }: UnpackOptions): ArtifactContent {
  // Views of a Buffer would be Buffers.
  const archive = new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  const walk = unpacking(archive.length, maxFiles);
  let step = walk.next();
  while (step.done !== true) step = walk.next(archive.subarray(step.value.from, step.value.to));
  return { format, files: step.value.map(({ path, from, to }) => ({ path, bytes: archive.subarray(from, to) })) };
}

/**
 * As {@link unpackArtifact}, of an archive that is read a part at a time: its headers are read now, and its files when somebody asks for them. What is refused is the same. Errors: as
 * there; those of reading.
 *
 * @example
 * ```ts
 * import { sourceOf } from "sluice/core";
 * import { openArchive } from "sluice/ledger";
 * const { files } = await openArchive(sourceOf(new Uint8Array(1024)), { format: "certified-model" });
 * if (files.length !== 0) throw new Error("two blocks of zeros are an empty archive");
 * ```
 */
export async function openArchive(
  archive: ByteSource,
  { format, maxFiles = mostFiles }: UnpackOptions,
): Promise<OpenArtifact> {
  const walk = unpacking(archive.sizeBytes, maxFiles);
  let step = walk.next();
  while (step.done !== true) step = walk.next(await archive.read(step.value.from, step.value.to));
  return { format, files: step.value.map(({ path, from, to }) => ({ path, ...partOf(archive, from, to) })) };
}

const mostFiles = 10_000;
