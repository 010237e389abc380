import { type Digest, digestOf } from "../../core/digest.ts";
import type { UnitAddition } from "./seen-units.ts";

/** The digest of no units. */
export const noUnits: Digest = digestOf("");

/** The digest of the units seen so far, from the digest before and what one store adds: a state signs for its units by it. */
export function unitsDigest(before: Digest, additions: readonly UnitAddition[]): Digest {
  if (additions.length === 0) return before;
  const lines = additions.map(({ set, units }) => `${set} ${digestOf(unitBytes(units))}`);
  return digestOf([before, ...lines.sort()].join("\n"));
}

/** Units as they are stored: little-endian 32-bit numbers. */
export function unitBytes(units: Uint32Array): Uint8Array {
  return new Uint8Array(units.buffer, units.byteOffset, units.byteLength);
}
