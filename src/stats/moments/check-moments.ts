import { requireCount, requireFinite, requireNonNegative } from "../require-argument.ts";
import type { PairMoments, SampleMoments } from "./moments.ts";

/** Returns moments as they are if a sample can have them, else throws `argument/invalid`. */
export function checkMoments(name: string, moments: SampleMoments): SampleMoments {
  requireCount(`${name}.n`, moments.n, 2);
  requireFinite(`${name}.mean`, moments.mean);
  requireNonNegative(`${name}.variance`, moments.variance);
  return moments;
}

/** Returns moments of pairs as they are if pairs can have them, else throws `argument/invalid`. */
export function checkPairMoments(name: string, moments: PairMoments): PairMoments {
  requireCount(`${name}.n`, moments.n, 2);
  requireFinite(`${name}.meanX`, moments.meanX);
  requireFinite(`${name}.meanY`, moments.meanY);
  const spread =
    Math.sqrt(requireNonNegative(`${name}.varianceX`, moments.varianceX)) *
    Math.sqrt(requireNonNegative(`${name}.varianceY`, moments.varianceY));
  requireFinite(`${name}.covariance`, moments.covariance);
  // A correlation beyond 1 by more than rounding belongs to no data.
  requireNonNegative(
    `${name}: √(varianceX·varianceY) − |covariance|`,
    spread * (1 + 1e-9) - Math.abs(moments.covariance),
  );
  return moments;
}
