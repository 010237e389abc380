import { Buffer } from "node:buffer";
import { type Digest, digestOf } from "../../core/digest.ts";

/** A digest in the form in which S3 takes and tells a SHA-256. */
export function base64Of(digest: Digest): string {
  return bytesOf(digest).toString("base64");
}

/** The checksum that S3 keeps of an object in parts, without their number: the SHA-256 of the parts' digests. */
export function compositeChecksum(parts: readonly Digest[]): string {
  return base64Of(digestOf(Buffer.concat(parts.map(bytesOf))));
}

function bytesOf(digest: Digest): Buffer {
  return Buffer.from(digest.slice("sha256:".length), "hex");
}
