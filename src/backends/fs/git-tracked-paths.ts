const entryHeadBytes = 40;

/**
 * The paths of the files that a git index tracks, sorted by their UTF-16 code units, each once; `undefined` when the bytes are no index of version 2 to 4.
 * `hashBytes` is 20, or 32 in a SHA-256 repository. Format: `gitformat-index` in git's documentation.
 */
export function trackedPaths(index: Buffer, hashBytes: number): readonly string[] | undefined {
  if (index.length < 12 || index.toString("latin1", 0, 4) !== "DIRC") return undefined;
  const version = index.readUInt32BE(4);
  if (version < 2 || version > 4) return undefined;
  const paths = new Set<string>();
  let path: Buffer = Buffer.alloc(0);
  let at = 12;
  for (let left = index.readUInt32BE(8); left > 0; left--) {
    const flagsAt = at + entryHeadBytes + hashBytes;
    if (flagsAt + 2 > index.length) return undefined;
    const extended = version >= 3 && (index.readUInt16BE(flagsAt) & 0x4000) !== 0;
    let nameAt = flagsAt + (extended ? 4 : 2);
    let prefix: Buffer = Buffer.alloc(0);
    if (version === 4) {
      const cut = readOffset(index, nameAt);
      prefix = path.subarray(0, Math.max(0, path.length - cut.value));
      nameAt = cut.next;
    }
    const end = index.indexOf(0, nameAt);
    if (end < 0) return undefined;
    path = Buffer.concat([prefix, index.subarray(nameAt, end)]);
    paths.add(path.toString("utf8"));
    // Up to version 3 an entry is padded with 1 to 8 NULs to a multiple of eight bytes.
    at = version === 4 ? end + 1 : at + ((end - at + 8) & ~7);
  }
  return [...paths].sort();
}

/** Git's variable-width offset: 7 bits a byte, most significant first, each continuation adding one. */
function readOffset(bytes: Buffer, start: number): { readonly value: number; readonly next: number } {
  let at = start;
  let byte = bytes[at++] ?? 0;
  let value = byte & 127;
  while ((byte & 128) !== 0) {
    byte = bytes[at++] ?? 0;
    value = (value + 1) * 128 + (byte & 127);
  }
  return { value, next: at };
}
