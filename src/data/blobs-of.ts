import type { Digest } from "../core/digest.ts";
import type { Manifest } from "./manifest.ts";

/** Every blob, besides the manifest's own, that must be there for a version to be readable, each once: what garbage collection keeps. */
export function blobsOf(manifest: Manifest): Iterable<Digest> {
  return new Set(manifest.parts.map((part) => part.digest));
}
