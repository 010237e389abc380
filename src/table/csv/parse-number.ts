const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Writes the double nearest to a decimal number in bytes; answers false, having written nothing, for anything else. Up to 15 digits are
 * computed directly: an integer below 2^53 over a power of ten that is exact, one correctly rounded division. Longer ones go through
 * `Number`.
 */
export function parseNumberInto(
  values: Float64Array,
  row: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const negative = bytes[start] === 45;
  let at = negative || bytes[start] === 43 ? start + 1 : start;
  let digits = 0;
  let mantissa = 0;
  let fraction = -1;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits++;
    } else if (digit === -2 && fraction < 0) fraction = at + 1;
    else return parseSlowlyInto(values, row, bytes, start, end);
  }
  if (digits === 0) return false;
  if (digits > 15) return parseSlowlyInto(values, row, bytes, start, end);
  const value = fraction < 0 ? mantissa : mantissa / (powersOfTen[end - fraction] as number);
  values[row] = negative ? -value : value;
  return true;
}

const int32Digits = 9;

/** Writes the 32-bit integer in bytes (`2e3` and `5.0` are integers too); answers false, having written nothing, for anything else. */
export function parseInt32Into(
  values: Int32Array,
  row: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  const negative = bytes[start] === 45;
  let at = negative ? start + 1 : start;
  let value = 0;
  let plain = at < end && end - at <= int32Digits;
  for (; plain && at < end; at++) {
    const digit = (bytes[at] as number) - 48;
    plain = digit >= 0 && digit <= 9;
    value = value * 10 + digit;
  }
  if (!plain) {
    if (!parseNumberInto(scratch, 0, bytes, start, end)) return false;
    value = scratch[0] as number;
    if (value !== (value | 0)) return false;
    values[row] = value;
    return true;
  }
  values[row] = negative ? -value : value;
  return true;
}

const scratch = new Float64Array(1);

function parseSlowlyInto(values: Float64Array, row: number, bytes: Uint8Array, start: number, end: number): boolean {
  const value = parseSlowly(bytes, start, end);
  if (value === undefined) return false;
  values[row] = value;
  return true;
}

function parseSlowly(bytes: Uint8Array, start: number, end: number): number | undefined {
  const text = asciiText(bytes, start, end);
  if (decimal.test(text)) return Number(text);
  if (text === "NaN") return Number.NaN;
  if (text === "Infinity") return Number.POSITIVE_INFINITY;
  return text === "-Infinity" ? Number.NEGATIVE_INFINITY : undefined;
}

/** The 64-bit integer in bytes, or `undefined`. */
export function parseInteger(bytes: Uint8Array, start: number, end: number): bigint | undefined {
  const negative = bytes[start] === 45;
  const first = negative ? start + 1 : start;
  if (end > first && end - first <= 15) {
    let value = 0;
    let at = first;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at === end) return BigInt(negative ? -value : value);
  }
  const text = asciiText(bytes, start, Math.min(end, start + longestInteger));
  if (end - start > longestInteger || !/^[+-]?\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** A sign and 19 digits, and some. */
const longestInteger = 24;

/** Bytes as text, one character a byte. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
