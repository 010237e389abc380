/** Where each message of an ONNX model has messages that may hold tensors, by field number (onnx.proto3). */
const children: { readonly [message: string]: { readonly [field: number]: string } } = {
  model: { 7: "graph", 25: "function", 20: "training" },
  training: { 1: "graph", 2: "graph" },
  function: { 7: "node" },
  graph: { 1: "node", 5: "tensor", 15: "sparse" },
  node: { 5: "attribute" },
  attribute: { 5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse" },
  sparse: { 1: "tensor", 2: "tensor" },
  tensor: { 13: "entry" },
};

const maxDepth = 64;

/**
 * Where the tensors of an ONNX model lie that are in other files (`external_data`, key `location`); undefined for bytes that are no such model. Only
 * the messages on the way to tensors are read.
 */
export function externalLocations(bytes: Uint8Array): readonly string[] | undefined {
  const found = new Set<string>();
  return walk(bytes, 0, bytes.length, "model", 0, found) ? [...found] : undefined;
}

function walk(
  bytes: Uint8Array,
  from: number,
  to: number,
  message: string,
  depth: number,
  found: Set<string>,
): boolean {
  if (depth > maxDepth) return false;
  let at = from;
  while (at < to) {
    const field = fieldAt(bytes, at, to);
    if (field === undefined) return false;
    at = field.end;
    const child = field.wire === 2 ? children[message]?.[field.number] : undefined;
    if (child === undefined) continue;
    if (child === "entry") {
      const location = locationOf(bytes, field.start, field.end);
      if (location !== undefined) found.add(location);
    } else if (!walk(bytes, field.start, field.end, child, depth + 1, found)) return false;
  }
  return true;
}

/** The value of a StringStringEntryProto whose key is `location`. */
function locationOf(bytes: Uint8Array, from: number, to: number): string | undefined {
  let [key, value] = ["", ""];
  for (let at = from; at < to; ) {
    const field = fieldAt(bytes, at, to);
    if (field === undefined) return undefined;
    const text = new TextDecoder().decode(bytes.subarray(field.start, field.end));
    if (field.number === 1) key = text;
    if (field.number === 2) value = text;
    at = field.end;
  }
  return key === "location" ? value : undefined;
}

interface Field {
  readonly number: number;
  readonly wire: number;
  /** Its content, and where the next field begins. */
  readonly start: number;
  readonly end: number;
}

/** A field by the wire format of protocol buffers; undefined where there is none. */
function fieldAt(bytes: Uint8Array, at: number, to: number): Field | undefined {
  const tag = varint(bytes, at, to);
  if (tag === undefined) return undefined;
  const [number, wire] = [Math.floor(tag.value / 8), tag.value % 8];
  if (number === 0) return undefined;
  const size = wire === 2 ? varint(bytes, tag.end, to) : undefined;
  if (wire === 2 && size === undefined) return undefined;
  const start = size?.end ?? tag.end;
  const end = wire === 0 ? varint(bytes, start, to)?.end : start + (size?.value ?? fixedBytes(wire));
  return end === undefined || !(end <= to) ? undefined : { number, wire, start, end };
}

function fixedBytes(wire: number): number {
  if (wire === 1) return 8;
  return wire === 5 ? 4 : Number.NaN;
}

function varint(
  bytes: Uint8Array,
  at: number,
  to: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10 && at + i < to; i++) {
    const byte = bytes[at + i] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: at + i + 1 };
  }
  return undefined;
}
