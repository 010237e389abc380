import { expect } from "vitest";
import { isSluiceError } from "../../../src/core/errors.ts";
import type { Random } from "../../../src/core/random.ts";
import { checksum } from "../../../src/stats/bytes/checksum.ts";

/**
 * Restores a sketch from bytes that are cut, changed, and changed under a right checksum: `restore` refuses with `argument/invalid`, or, for the last
 * kind, may return a sketch that `use` can use.
 */
export function expectDamageRefused(
  bytes: Uint8Array,
  random: Random,
  restore: (bytes: Uint8Array) => () => void,
): void {
  const refused = (changed: Uint8Array): void => {
    expect(() => restore(changed)).toThrowError(/argument\/invalid/);
  };
  for (let i = 0; i < 50; i++) {
    refused(bytes.subarray(0, random.int(bytes.length)));
    const at = random.int(bytes.length);
    refused(bytes.map((byte, index) => (index === at ? byte ^ (1 + random.int(255)) : byte)));
  }
  let kept = 0;
  for (let i = 0; i < 400; i++) {
    const changed = bytes.slice(0, i % 3 === 0 ? bytes.length : 9 + random.int(bytes.length - 9));
    for (let changes = random.int(3); changes >= 0; changes--) {
      changed[5 + random.int(Math.min(i % 2 === 0 ? 60 : 1e9, changed.length - 9) + 1)] = random.int(256);
    }
    new DataView(changed.buffer).setUint32(changed.length - 4, checksum(changed.subarray(0, -4)), true);
    try {
      restore(changed)();
      kept++;
    } catch (error) {
      if (!isSluiceError(error) || error.code !== "argument/invalid") throw error;
    }
  }
  expect(kept).toBeLessThan(400);
}
