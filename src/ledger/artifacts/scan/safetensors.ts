import { viewOf } from "./byte-window.ts";
import type { LookedAt } from "./looked-at.ts";

/** The format's own bound on a header, bytes (safetensors, "Format"). */
const maxHeaderBytes = 100_000_000;

/**
 * What is wrong with a safetensors file, or undefined: its header must lie within the file and the format's bound, be JSON, and name ranges of the data
 * that cover it without a gap or an overlap.
 */
export async function safetensorsFault(looked: LookedAt): Promise<string | undefined> {
  const { sizeBytes, heldBytes } = looked;
  if (sizeBytes < 8) return "no header";
  const length = Number(viewOf(await looked.read(0, 8)).getBigUint64(0, true));
  if (length > maxHeaderBytes) return `a header of ${length} bytes, more than ${maxHeaderBytes}`;
  if (8 + length > heldBytes) return `a header of ${length} bytes in a file of ${sizeBytes}`;
  const header = parsed(await looked.read(8, 8 + length));
  if (header === undefined) return "a header that is no JSON object";
  const ranges: (readonly [number, number])[] = [];
  for (const [name, tensor] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const range = rangeOf(tensor);
    if (range === undefined) return `the tensor ${JSON.stringify(name.slice(0, 80))} without a range`;
    ranges.push(range);
  }
  let covered = 0;
  for (const [from, to] of ranges.sort(([a, aTo], [b, bTo]) => a - b || aTo - bTo)) {
    if (from !== covered || to < from) return "tensors that overlap, or leave a gap";
    covered = to;
  }
  return covered === sizeBytes - 8 - length ? undefined : "data that belongs to no tensor, or is missing";
}

function parsed(bytes: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function rangeOf(tensor: unknown): readonly [number, number] | undefined {
  if (typeof tensor !== "object" || tensor === null || !("data_offsets" in tensor)) return undefined;
  const offsets: unknown = tensor.data_offsets;
  if (!Array.isArray(offsets) || offsets.length !== 2) return undefined;
  const [from, to]: readonly unknown[] = offsets;
  return Number.isSafeInteger(from) && Number.isSafeInteger(to) ? [Number(from), Number(to)] : undefined;
}
