import { sha256Hex } from "../../core/platform.ts";

/** The leaves of a tree by their hashes (64 hex digits), and the roots of whole tiles where they are known. */
export interface MerkleLeaves {
  /** The hash of a leaf. */
  leaf(index: number): string;
  /** The root over the leaves from `tile × tileLeaves`, as many as {@link tileLeaves}; undefined where it is to be computed. */
  tile(tile: number): string | undefined;
}

/** Leaves of a tile: so many are remembered as one hash. A power of two, so that a tile is a node of every larger tree. */
export const tileLeaves = 256;

/** A leaf's hash: SHA-256 of a zero byte and the text (RFC 6962, 2.1). */
export function leafHash(text: string): string {
  return sha256Hex(`\u0000${text}`);
}

/** An inner node's hash: SHA-256 of a one byte and the hashes below. */
export function nodeHash(left: string, right: string): string {
  const bytes = new Uint8Array(65);
  bytes[0] = 1;
  hexInto(bytes, 1, left);
  hexInto(bytes, 33, right);
  return sha256Hex(bytes);
}

/** The root over the leaves `[from, to)`: MTH of RFC 6962, 2.1. */
export function subtreeHash(leaves: MerkleLeaves, from: number, to: number): string {
  const count = to - from;
  if (count === 0) return sha256Hex("");
  if (count === 1) return leaves.leaf(from);
  if (count === tileLeaves && from % tileLeaves === 0) {
    const known = leaves.tile(from / tileLeaves);
    if (known !== undefined) return known;
  }
  const split = from + splitOf(count);
  return nodeHash(subtreeHash(leaves, from, split), subtreeHash(leaves, split, to));
}

/** The audit path of a leaf in the tree of the first `size` leaves, from the leaf up: PATH of RFC 6962, 2.1.1. */
export function inclusionPath(leaves: MerkleLeaves, index: number, size: number): readonly string[] {
  const path: string[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const split = from + splitOf(to - from);
    if (index < split) {
      path.push(subtreeHash(leaves, split, to));
      to = split;
    } else {
      path.push(subtreeHash(leaves, from, split));
      from = split;
    }
  }
  return path.reverse();
}

/** The proof that the first `size` leaves begin the first `later` ones: PROOF of RFC 6962, 2.1.2. */
export function consistencyPath(leaves: MerkleLeaves, size: number, later: number): readonly string[] {
  const path: string[] = [];
  let [from, to, whole] = [0, later, true];
  while (size !== to) {
    const split = from + splitOf(to - from);
    if (size <= split) {
      path.push(subtreeHash(leaves, split, to));
      to = split;
    } else {
      path.push(subtreeHash(leaves, from, split));
      from = split;
      whole = false;
    }
  }
  if (!whole) path.push(subtreeHash(leaves, from, to));
  return path.reverse();
}

/** The root that an audit path leads to; undefined where the path is not one of that leaf in a tree of that size (RFC 9162, 2.1.3.2). */
export function rootOfPath(leaf: string, index: number, size: number, path: readonly string[]): string | undefined {
  if (!(index >= 0 && index < size)) return undefined;
  let [node, last, root] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      root = nodeHash(sibling, root);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, half(last)];
    } else root = nodeHash(root, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? root : undefined;
}

/** Whether a consistency proof leads from one root to the other (RFC 9162, 2.1.4.2). */
export function isConsistent(
  from: { readonly size: number; readonly root: string },
  to: { readonly size: number; readonly root: string },
  path: readonly string[],
): boolean {
  if (from.size < 1 || from.size > to.size) return false;
  if (from.size === to.size) return path.length === 0 && from.root === to.root;
  let [node, last] = [from.size - 1, to.size - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  // Where the earlier tree is a node of the later one, the proof begins with it unsaid.
  const [first, ...rest] = node === 0 ? [from.root, ...path] : path;
  if (first === undefined) return false;
  let [earlier, later] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      [earlier, later] = [nodeHash(sibling, earlier), nodeHash(sibling, later)];
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, half(last)];
    } else later = nodeHash(later, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && earlier === from.root && later === to.root;
}

/** The largest power of two below a count of at least 2. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function hexInto(bytes: Uint8Array, at: number, hex: string): void {
  for (let i = 0; i < 32; i++) bytes[at + i] = digit(hex.charCodeAt(2 * i)) * 16 + digit(hex.charCodeAt(2 * i + 1));
}

/** Of 0-9 and a-f. */
function digit(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}
