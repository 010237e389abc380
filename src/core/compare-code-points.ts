/** The order of two texts by code point: negative where `a` comes first. UTF-16 puts the pairs of surrogates before U+E000 … U+FFFF, which are less. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return ranked(x) - ranked(y);
  }
  return a.length - b.length;
}

function ranked(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
