const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The double nearest to a decimal number in bytes, or `undefined` for anything else. Up to 15 digits are computed directly: an integer
 * below 2^53 over a power of ten that is exact, one correctly rounded division. Longer ones go through `Number`.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = start;
  const negative = bytes[at] === 45;
  if (negative || bytes[at] === 43) at++;
  const first = at;
  let digits = 0;
  let mantissa = 0;
  let fraction = -1;
  for (; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 48 && byte <= 57) {
      mantissa = mantissa * 10 + (byte - 48);
      digits++;
    } else if (byte === 46 && fraction < 0) fraction = at + 1;
    else return parseSlowly(bytes, start, end);
  }
  if (digits === 0) return undefined;
  if (digits > 15 || at === first) return parseSlowly(bytes, start, end);
  const value = fraction < 0 ? mantissa : mantissa / (powersOfTen[end - fraction] ?? 1);
  return negative ? -value : value;
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
  const short = end - start <= 15 ? parseNumber(bytes, start, end) : undefined;
  if (short !== undefined && Number.isInteger(short) && isDigits(bytes, start + 1, end)) return BigInt(short);
  const text = asciiText(bytes, start, end);
  if (!/^[+-]?\d{1,19}$/.test(text)) return undefined;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

function isDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 48 || byte > 57) return false;
  }
  return true;
}

/** Bytes as text, one character a byte. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
