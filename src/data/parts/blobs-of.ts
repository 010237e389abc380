import type { Digest } from "../../core/digest.ts";
import type { Manifest } from "./manifest.ts";

/** Every blob that must be there for a version to be readable, each once: what garbage collection keeps. */
export function blobsOf(manifest: Manifest): Iterable<Digest> {
  const blobs = new Set<Digest>([manifest.blob]);
  for (const page of manifest.pages) blobs.add(page.blob);
  for (const part of manifest.parts) for (const chunk of part.columns) blobs.add(chunk.blob);
  return blobs;
}
