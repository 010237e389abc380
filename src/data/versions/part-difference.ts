import type { ManifestPart } from "../parts/manifest.ts";

/** The parts that one list has and another has not, in order; a part that occurs more often is left over as often as it exceeds. */
export function partsOnlyIn(parts: readonly ManifestPart[], others: readonly ManifestPart[]): readonly ManifestPart[] {
  const shared = new Map<string, number>();
  for (const { digest } of others) shared.set(digest, (shared.get(digest) ?? 0) + 1);
  return parts.filter(({ digest }) => {
    const left = shared.get(digest) ?? 0;
    if (left > 0) shared.set(digest, left - 1);
    return left === 0;
  });
}
