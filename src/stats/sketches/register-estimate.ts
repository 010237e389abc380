/**
 * The number of distinct hashes that HyperLogLog registers tell of: Ertl's improved raw estimator, without bias tables or switches between
 * ranges (O. Ertl 2017, "New cardinality estimation algorithms for HyperLogLog sketches", algorithm 6), over 1 + 1.079/m, the bias at m
 * registers of Flajolet, Fusy, Gandouet & Meunier 2007. Only `+ − × ÷ √`, so the same bits
 * on every runtime.
 *
 * @param registers - The registers: the longest run of zeros plus one, 0 where no hash came; 2^p of them.
 * @param largest - The largest value a register can have: 65 − p.
 */
export function registerEstimate(registers: Uint8Array, largest: number): number {
  const m = registers.length;
  const counts = new Float64Array(largest + 1);
  for (let i = 0; i < m; i++) {
    const register = registers[i] as number;
    counts[register] = (counts[register] as number) + 1;
  }
  let z = m * tau(1 - (counts[largest] as number) / m);
  for (let k = largest - 1; k >= 1; k--) z = 0.5 * (z + (counts[k] as number));
  z += m * sigma((counts[0] as number) / m);
  return Math.min(((m / z) * m) / (2 * Math.LN2 * (1 + 1.079 / m)), 2 ** 64);
}

/** x + Σ x^(2^k)·2^(k−1): what empty registers contribute; infinite at 1. */
function sigma(x: number): number {
  if (x === 1) return Number.POSITIVE_INFINITY;
  let power = x;
  let weight = 1;
  let sum = x;
  for (let before = -1; sum !== before; ) {
    before = sum;
    power *= power;
    sum += power * weight;
    weight += weight;
  }
  return sum;
}

/** (1 − x − Σ (1 − x^(2^−k))²·2^−k) / 3: what full registers contribute. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let root = x;
  let weight = 1;
  let sum = 1 - x;
  for (let before = -1; sum !== before; ) {
    before = sum;
    root = Math.sqrt(root);
    weight *= 0.5;
    sum -= (1 - root) * (1 - root) * weight;
  }
  return sum / 3;
}
