import { ByteWindow } from "./byte-window.ts";
import type { LookedAt } from "./looked-at.ts";

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
/** A tag with its length, or with its number. */
const mostFieldBytes = 20;
/** A key with a location of more bytes is none that a file could have. */
const mostEntryBytes = 65_536;

/**
 * Where the tensors of an ONNX model lie that are in other files (`external_data`, key `location`); undefined for bytes that are no such model, or not all
 * there. Only the messages on the way to tensors are read.
 */
export async function externalLocations(looked: LookedAt): Promise<readonly string[] | undefined> {
  if (looked.heldBytes < looked.sizeBytes) return undefined;
  const found = new Set<string>();
  const isModel = await walk(new ByteWindow(looked), 0, looked.sizeBytes, "model", 0, found);
  return isModel ? [...found] : undefined;
}

async function walk(
  bytes: ByteWindow,
  from: number,
  to: number,
  message: string,
  depth: number,
  found: Set<string>,
): Promise<boolean> {
  if (depth > maxDepth) return false;
  let at = from;
  while (at < to) {
    const head = Math.min(to, at + mostFieldBytes);
    // Not awaited where it is in memory: a model has a million of them.
    const field = fieldIn(bytes.holds(at, head) ? bytes.held(at, head) : await bytes.at(at, head), at, to);
    if (field === undefined) return false;
    at = field.end;
    const child = field.wire === 2 ? children[message]?.[field.number] : undefined;
    if (child === undefined) continue;
    if (child === "entry") {
      const location = await locationIn(bytes, field.start, field.end);
      if (location !== undefined) found.add(location);
    } else if (!(await walk(bytes, field.start, field.end, child, depth + 1, found))) return false;
  }
  return true;
}

async function locationIn(window: ByteWindow, from: number, to: number): Promise<string | undefined> {
  if (to - from > mostEntryBytes) return `(${to - from} bytes)`;
  const bytes = await window.at(from, to);
  let [key, value] = ["", ""];
  for (let at = 0; at < bytes.length; ) {
    const field = fieldIn(bytes.subarray(at), at, bytes.length);
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

/** The field that begins with these bytes, at `at`; undefined where there is none before `to`. */
function fieldIn(bytes: Uint8Array, at: number, to: number): Field | undefined {
  const tag = varint(bytes, 0);
  if (tag === undefined) return undefined;
  const [number, wire] = [Math.floor(tag.value / 8), tag.value % 8];
  if (number === 0) return undefined;
  const size = wire === 2 ? varint(bytes, tag.end) : undefined;
  if (wire === 2 && size === undefined) return undefined;
  const start = size?.end ?? tag.end;
  const end = wire === 0 ? varint(bytes, start)?.end : start + (size?.value ?? fixedBytes(wire));
  return end === undefined || !(at + end <= to) ? undefined : { number, wire, start: at + start, end: at + end };
}

function fixedBytes(wire: number): number {
  if (wire === 1) return 8;
  return wire === 5 ? 4 : Number.NaN;
}

function varint(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10 && at + i < bytes.length; i++) {
    const byte = bytes[at + i] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: at + i + 1 };
  }
  return undefined;
}
