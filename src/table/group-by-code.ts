/** Items grouped by a dense code: those of code `c` are `items[starts[c] … starts[c + 1])`, in the order they came in. */
export interface Groups {
  readonly starts: Uint32Array;
  readonly items: Uint32Array;
}

/** Groups items (by index into `codes`) in the order of `order`; negative codes are left out. A counting sort. */
export function groupByCode(codes: Int32Array, count: number, order: Uint32Array): Groups {
  const starts = new Uint32Array(count + 1);
  for (let i = 0; i < order.length; i++) {
    const code = codes[order[i] ?? 0] ?? -1;
    if (code >= 0) starts[code + 1] = (starts[code + 1] ?? 0) + 1;
  }
  for (let code = 0; code < count; code++) starts[code + 1] = (starts[code + 1] ?? 0) + (starts[code] ?? 0);
  const next = starts.slice();
  const items = new Uint32Array(starts[count] ?? 0);
  for (let i = 0; i < order.length; i++) {
    const item = order[i] ?? 0;
    const code = codes[item] ?? -1;
    if (code < 0) continue;
    const at = next[code] ?? 0;
    items[at] = item;
    next[code] = at + 1;
  }
  return { starts, items };
}
