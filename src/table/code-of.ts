/** The code of a key, counted from 0 in the order of first appearance; a new key gets the next one. */
export function codeOf<K>(codes: Map<K, number>, key: K): number {
  const known = codes.get(key);
  if (known !== undefined) return known;
  codes.set(key, codes.size);
  return codes.size - 1;
}
