import { addPairs, exactProduct, orderedSum, type Pair } from "./pair.ts";
import { sineTable } from "./sine-table.ts";

/** (sin b − b) and (cos b − 1) for |b| ≤ 1/32. */
function sineSeries(b: number): number {
  const z = b * b;
  return b * z * (-1 / 6 + z * (1 / 120 + z * (-1 / 5040 + z / 362880)));
}

function cosineSeries(b: number): number {
  const z = b * b;
  return z * (-1 / 2 + z * (1 / 24 + z * (-1 / 720 + z / 40320)));
}

/**
 * The sine of an angle of at most π/4 to about 2^-59 of itself: sin(a + b) with a = j/16 from a table, and series in b.
 * Gal and Bachelis, An accurate elementary mathematical library, ACM TOMS 17 (1991).
 */
export function sinePair({ hi, lo }: Pair): Pair {
  if (hi < 0) {
    const mirrored = sinePair({ hi: -hi, lo: -lo });
    return { hi: -mirrored.hi, lo: -mirrored.lo };
  }
  const j = Math.floor(hi * 16 + 0.5);
  const b = orderedSum(hi - j / 16, lo);
  const sine = sineSeries(b.hi);
  if (j === 0) return orderedSum(b.hi, b.lo + sine);
  const [sineA = 0, sineLow = 0, cosineA = 0, cosineLow = 0] = rowOf(j);
  const product = exactProduct(cosineA, b.hi);
  const small = product.lo + cosineA * (b.lo + sine) + cosineLow * b.hi + sineA * (cosineSeries(b.hi) - b.hi * b.lo);
  return addPairs({ hi: sineA, lo: sineLow }, { hi: product.hi, lo: small });
}

/** The cosine of an angle of at most π/4 to about 2^-63. */
export function cosinePair({ hi, lo }: Pair): Pair {
  if (hi < 0) return cosinePair({ hi: -hi, lo: -lo });
  const j = Math.floor(hi * 16 + 0.5);
  const b = orderedSum(hi - j / 16, lo);
  const cosine = cosineSeries(b.hi) - b.hi * b.lo;
  if (j === 0) return orderedSum(1, cosine);
  const [sineA = 0, sineLow = 0, cosineA = 0, cosineLow = 0] = rowOf(j);
  const product = exactProduct(sineA, b.hi);
  const small = -product.lo + cosineA * cosine - sineA * (b.lo + sineSeries(b.hi)) - sineLow * b.hi;
  return addPairs({ hi: cosineA, lo: cosineLow }, { hi: -product.hi, lo: small });
}

function rowOf(j: number): Float64Array {
  return sineTable.subarray(4 * j, 4 * j + 4);
}
