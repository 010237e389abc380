import { expect, test } from "vitest";
import {
  consistencyPath,
  inclusionPath,
  isConsistent,
  leafHash,
  type MerkleLeaves,
  nodeHash,
  rootOfPath,
  subtreeHash,
} from "../../src/ledger/merkle/merkle-tree.ts";

const leavesOf = (texts: readonly string[]): MerkleLeaves => ({
  leaf: (i) => leafHash(texts[i] ?? ""),
  tile: () => undefined,
});

// The leaves and roots that the tests of google/certificate-transparency use, and all logs since.
const texts = ["", "\u0000", "\u0010", " !", "01", "@ABC", "PQRSTUVW", "`abcdefghijklmno"];
const roots = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

test("roots of the reference trees", () => {
  expect(roots.map((_, size) => subtreeHash(leavesOf(texts), 0, size))).toEqual(roots);
});

test("the reference proofs: leaf 5 of 8, from 6 to 8, from 1 to 8", () => {
  expect(inclusionPath(leavesOf(texts), 5, 8)).toEqual([
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  ]);
  expect(consistencyPath(leavesOf(texts), 6, 8)).toEqual([
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  ]);
  expect(consistencyPath(leavesOf(texts), 1, 8)).toEqual([
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
  ]);
});

test("every proof of every tree up to 40 leaves holds, and no other leaf, size, order or length of it does", () => {
  const many = Array.from({ length: 40 }, (_, i) => `leaf ${i}`);
  const leaves = leavesOf(many);
  for (let size = 1; size <= 40; size++) {
    const root = subtreeHash(leaves, 0, size);
    for (let index = 0; index < size; index++) {
      const path = inclusionPath(leaves, index, size);
      expect(rootOfPath(leaves.leaf(index), index, size, path)).toBe(root);
      expect(rootOfPath(leafHash("other"), index, size, path)).not.toBe(root);
      expect(rootOfPath(leaves.leaf(index), index, size, [...path, root])).toBeUndefined();
      if (path.length > 0) expect(rootOfPath(leaves.leaf(index), index, size, path.slice(1))).not.toBe(root);
      if (index + 1 < size) expect(rootOfPath(leaves.leaf(index), index + 1, size, path)).not.toBe(root);
    }
    for (let earlier = 1; earlier <= size; earlier++) {
      const from = { size: earlier, root: subtreeHash(leaves, 0, earlier) };
      const to = { size, root };
      const path = consistencyPath(leaves, earlier, size);
      expect(isConsistent(from, to, path)).toBe(true);
      expect(isConsistent(from, to, [...path, root])).toBe(false);
      expect(isConsistent({ ...from, root: leafHash("x") }, to, path)).toBe(false);
      expect(isConsistent(from, { ...to, root: leafHash("x") }, path)).toBe(false);
      if (path.length > 0) expect(isConsistent(from, to, path.slice(1))).toBe(false);
    }
  }
  expect(isConsistent({ size: 0, root: roots[0] ?? "" }, { size: 1, root: leaves.leaf(0) }, [])).toBe(false);
  expect(rootOfPath(leaves.leaf(0), -1, 1, [])).toBeUndefined();
});

test("a leaf cannot be passed off as a node: their hashes begin differently", () => {
  const [left, right] = [leafHash("a"), leafHash("b")];
  expect(nodeHash(left, right)).not.toBe(leafHash(left + right));
});

test("whole tiles are taken as they are remembered", () => {
  const many = Array.from({ length: 700 }, (_, i) => `leaf ${i}`);
  const leaves = leavesOf(many);
  const tiles = [0, 256].map((from) => subtreeHash(leaves, from, from + 256));
  const asked: number[] = [];
  const remembered: MerkleLeaves = {
    tile: (tile) => tiles[tile],
    leaf: (i) => {
      asked.push(i);
      return leaves.leaf(i);
    },
  };
  expect(subtreeHash(remembered, 0, 700)).toBe(subtreeHash(leaves, 0, 700));
  expect(Math.min(...asked)).toBe(512);
});
