import type { AuditRecord } from "../../contracts/audit-log.ts";
import { productionReigns } from "../governance/production-reigns.ts";
import { versionOf } from "../record-body.ts";

/** Which registered models have had production for long enough. */
export interface SustainedProduction {
  /** Models that have had a version in production without a break for that long, up to the end of the period. */
  readonly sustained: readonly string[];
  /** Models that were registered long enough ago to have. */
  readonly eligible: readonly string[];
  /** Models that were registered later than that: neither counted for nor against. */
  readonly tooYoung: readonly string[];
}

/**
 * Sustained = without a break for `forMs` up to `untilMs`, whichever of the model's versions it was.
 * A model that was in production once, and is no longer, is not sustained.
 */
export function sustainedProduction(
  records: readonly AuditRecord[],
  { forMs, untilMs }: { readonly forMs: number; readonly untilMs: number },
): SustainedProduction {
  const firstMs = new Map<string, number>();
  for (const { kind, subject, timeMs } of records) {
    const model = kind === "version.registered" ? versionOf(subject)?.model : undefined;
    if (model !== undefined && !firstMs.has(model)) firstMs.set(model, timeMs);
  }
  const models = [...firstMs.keys()].sort();
  const isOld = (model: string): boolean => (firstMs.get(model) ?? untilMs) <= untilMs - forMs;
  const reigns = productionReigns(records);
  const unbrokenSince = (model: string): number => {
    const ofModel = reigns.get(model) ?? [];
    let sinceMs = Number.POSITIVE_INFINITY;
    for (const reign of [...ofModel].reverse()) {
      if (sinceMs === Number.POSITIVE_INFINITY ? reign.ended !== undefined : reign.untilMs !== sinceMs) break;
      sinceMs = reign.sinceMs;
    }
    return sinceMs;
  };
  return {
    sustained: models.filter((model) => isOld(model) && unbrokenSince(model) <= untilMs - forMs),
    eligible: models.filter(isOld),
    tooYoung: models.filter((model) => !isOld(model)),
  };
}
