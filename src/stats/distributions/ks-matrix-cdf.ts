/**
 * The exact probability that the one-sample Kolmogorov–Smirnov distance of n values is below d, by powers of a matrix
 * (G. Marsaglia, W. W. Tsang, J. Wang, "Evaluating Kolmogorov's distribution", 2003). The cost grows with (n·d)³ ln n.
 */
export function ksMatrixCdf(d: number, n: number): number {
  const k = Math.floor(n * d) + 1;
  const size = 2 * k - 1;
  const power = matrixPower(stepMatrix(size, k - n * d), size, n);
  let probability = power.values[(k - 1) * size + k - 1] as number;
  let exponent = power.exponent;
  for (let i = 1; i <= n; i++) {
    probability *= i / n;
    if (probability < 1e-140) {
      probability *= 1e140;
      exponent -= 140;
    }
  }
  return probability * 10 ** exponent;
}

function stepMatrix(size: number, h: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) matrix[i * size + j] = i - j + 1 < 0 ? 0 : 1;
  const subtract = (at: number, amount: number): void => {
    matrix[at] = (matrix[at] as number) - amount;
  };
  for (let i = 0; i < size; i++) {
    subtract(i * size, h ** (i + 1));
    subtract((size - 1) * size + i, h ** (size - i));
  }
  const corner = (size - 1) * size;
  matrix[corner] = (matrix[corner] as number) + (2 * h - 1 > 0 ? (2 * h - 1) ** size : 0);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let g = 2; g <= i - j + 1; g++) matrix[i * size + j] = (matrix[i * size + j] as number) / g;
    }
  }
  return matrix;
}

interface ScaledMatrix {
  readonly values: Float64Array;
  readonly exponent: number;
}

function matrixPower(base: Float64Array, size: number, n: number): ScaledMatrix {
  let result: ScaledMatrix | undefined;
  let square: ScaledMatrix = { values: base, exponent: 0 };
  for (let rest = n; ; ) {
    if (rest % 2 === 1) result = result === undefined ? square : multiply(result, square, size);
    rest = Math.floor(rest / 2);
    if (rest === 0) return result ?? square;
    square = multiply(square, square, size);
  }
}

function multiply(a: ScaledMatrix, b: ScaledMatrix, size: number): ScaledMatrix {
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a.values[i * size + k] as number;
      if (factor === 0) continue;
      for (let j = 0; j < size; j++) {
        values[i * size + j] = (values[i * size + j] as number) + factor * (b.values[k * size + j] as number);
      }
    }
  }
  let exponent = a.exponent + b.exponent;
  const half = Math.floor(size / 2);
  if ((values[half * size + half] as number) > 1e140) {
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * 1e-140;
    exponent += 140;
  }
  return { values, exponent };
}
