/** Where a value holds a number that is not finite, as in `NaN at weights[3]`, four levels deep at most; `undefined` where it holds none. */
export function nonFiniteIn(value: unknown, path: string = "", depth: number = 4): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${value} at ${path || "the top"}`;
  if (typeof value !== "object" || value === null || depth === 0) return undefined;
  if (Array.isArray(value) || value instanceof Float64Array || value instanceof Float32Array) {
    for (let i = 0; i < value.length; i++) {
      const found = nonFiniteIn(value[i], `${path}[${i}]`, depth - 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const found = nonFiniteIn(member, path === "" ? key : `${path}.${key}`, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
