import { murmurHash } from "../../../core/murmur-hash.ts";

/** The bucket of a text, 0 … buckets − 1. */
export function bucketOfText(text: string, buckets: number): number {
  return murmurHash(text) % buckets;
}
