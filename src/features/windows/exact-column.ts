/** A numeric column as sums of parts, so that plain additions of up to `maxCount` values of one part are exact. */
export interface ExactColumn {
  /** The parts: adding them gives the column's value exactly. 0 where the column holds none. */
  readonly limbs: readonly Float64Array[];
}

const maxLimbs = 4;

/**
 * Splits a column into the fewest limbs whose sums over at most `maxCount` values are exact in a double: a column of moderate
 * integers is its own single limb. `undefined` where it needs more than four (values spread over very many binades) or where
 * a value is not finite.
 */
export function exactColumn(
  values: Float64Array,
  present: Uint8Array | undefined,
  maxCount: number,
): ExactColumn | undefined {
  const range = exponentRange(values, present);
  if (range === undefined) return undefined;
  const bits = 52 - Math.ceil(Math.log2(Math.max(2, maxCount)));
  const count = Math.max(1, Math.ceil((range.top - range.bottom + 1) / bits));
  if (count > maxLimbs) return undefined;
  if (count === 1 && present === undefined) return { limbs: [values] };
  const limbs = Array.from({ length: count }, () => new Float64Array(values.length));
  for (let i = 0; i < values.length; i++) {
    if (present !== undefined && present[i] !== 1) continue;
    let rest = values[i] ?? 0;
    for (let limb = count - 1; limb > 0; limb--) {
      const anchor = 2 ** (range.bottom + limb * bits);
      const part = Math.trunc(rest / anchor) * anchor;
      const own = limbs[limb];
      if (own !== undefined) own[i] = part;
      rest -= part;
    }
    const lowest = limbs[0];
    if (lowest !== undefined) lowest[i] = rest;
  }
  return { limbs };
}

/** The exponents of the lowest and of the highest bit set in any value; `undefined` where a value is not finite. */
function exponentRange(
  values: Float64Array,
  present: Uint8Array | undefined,
): { readonly bottom: number; readonly top: number } | undefined {
  let largest = 0;
  let integers = true;
  for (let i = 0; i < values.length; i++) {
    if (present !== undefined && present[i] !== 1) continue;
    const size = Math.abs(values[i] ?? 0);
    if (!(size <= Number.MAX_VALUE)) return undefined;
    if (size > largest) largest = size;
    if (integers && size !== Math.trunc(size)) integers = false;
  }
  if (integers && largest <= Number.MAX_SAFE_INTEGER) return { bottom: 0, top: exponentOf(Math.max(1, largest)) };
  let bottom = 1023;
  for (let i = 0; i < values.length; i++) {
    if (present !== undefined && present[i] !== 1) continue;
    const value = values[i] ?? 0;
    if (value !== 0) bottom = Math.min(bottom, lowestBit(value));
  }
  const top = exponentOf(largest);
  return bottom < -1000 || top > 1000 ? undefined : { bottom, top };
}

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

function exponentOf(value: number): number {
  double[0] = value;
  return (((words[1] ?? 0) >>> 20) & 2047) - 1023;
}

/** The exponent of the lowest set bit of a normal number. */
function lowestBit(value: number): number {
  double[0] = value;
  const low = words[0] ?? 0;
  const high = ((words[1] ?? 0) & 0xfffff) | 0x100000;
  const zeros = low !== 0 ? trailingZeros(low) : 32 + trailingZeros(high);
  return exponentOf(value) - 52 + zeros;
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
