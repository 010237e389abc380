const firstSlots = 1024;
const firstArena = 16_384;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder("latin1");

/** Gives equal UTF-8 byte strings equal codes, counted from 0, without making a string for each. */
export class ByteInterner {
  /** The texts that are not ASCII, by code. */
  readonly #others = new Map<number, string>();
  #count = 0;
  #textEnds = new Int32Array(firstSlots);
  #codes = new Int32Array(firstSlots).fill(-1);
  #hashes = new Int32Array(firstSlots);
  #froms = new Int32Array(firstSlots);
  #lengths = new Int32Array(firstSlots);
  #arena = new Uint8Array(firstArena);
  #arenaUsed = 0;
  /** The slot of the text that was found last; −1 = none, or the slots were laid out anew. */
  #last = -1;

  /** The code of the bytes, or −1 where they are no UTF-8. */
  codeOf(bytes: Uint8Array, start: number, end: number): number {
    // Columns often repeat a text: then no hash is needed.
    if (this.#last >= 0 && this.#equals(this.#last, bytes, start, end)) return this.#codes[this.#last] as number;
    const hash = hashOf(bytes, start, end);
    const mask = this.#codes.length - 1;
    let slot = hash & mask;
    for (let code = this.#codes[slot] as number; code >= 0; code = this.#codes[slot] as number) {
      if (this.#hashes[slot] === hash && this.#equals(slot, bytes, start, end)) {
        this.#last = slot;
        return code;
      }
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, hash, bytes.subarray(start, end));
  }

  /** The distinct texts by code. */
  dictionary(): string[] {
    // One character a byte: right for the texts that are ASCII, and one decoding for all of them.
    const all = latin1.decode(this.#arena.subarray(0, this.#arenaUsed));
    const texts: string[] = [];
    let from = 0;
    for (let code = 0; code < this.#count; code++) {
      const to = this.#textEnds[code] as number;
      texts.push(this.#others.get(code) ?? all.slice(from, to));
      from = to;
    }
    return texts;
  }

  #equals(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#lengths[slot] !== end - start) return false;
    const from = this.#froms[slot] as number;
    const arena = this.#arena;
    for (let at = start; at < end; at++) if (arena[from + at - start] !== bytes[at]) return false;
    return true;
  }

  #add(slot: number, hash: number, bytes: Uint8Array): number {
    if (!isAscii(bytes)) {
      const text = this.#decode(bytes);
      if (text === undefined) return -1;
      this.#others.set(this.#count, text);
    }
    if (this.#arenaUsed + bytes.length > this.#arena.length) {
      const wider = new Uint8Array(Math.max(this.#arena.length * 2, this.#arenaUsed + bytes.length));
      wider.set(this.#arena);
      this.#arena = wider;
    }
    this.#arena.set(bytes, this.#arenaUsed);
    const code = this.#count++;
    this.#put(slot, code, hash, this.#arenaUsed, bytes.length);
    this.#arenaUsed += bytes.length;
    if (code === this.#textEnds.length) {
      const wider = new Int32Array(code * 2);
      wider.set(this.#textEnds);
      this.#textEnds = wider;
    }
    this.#textEnds[code] = this.#arenaUsed;
    if (this.#count * 2 > this.#codes.length) this.#grow();
    return code;
  }

  #decode(bytes: Uint8Array): string | undefined {
    try {
      return utf8.decode(bytes);
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }

  #put(slot: number, code: number, hash: number, from: number, length: number): void {
    this.#codes[slot] = code;
    this.#hashes[slot] = hash;
    this.#froms[slot] = from;
    this.#lengths[slot] = length;
  }

  #grow(): void {
    this.#last = -1;
    const [codes, hashes, froms, lengths] = [this.#codes, this.#hashes, this.#froms, this.#lengths];
    const size = codes.length * 2;
    this.#codes = new Int32Array(size).fill(-1);
    this.#hashes = new Int32Array(size);
    this.#froms = new Int32Array(size);
    this.#lengths = new Int32Array(size);
    codes.forEach((code, old) => {
      if (code < 0) return;
      const hash = hashes[old] ?? 0;
      let slot = hash & (size - 1);
      while ((this.#codes[slot] ?? -1) >= 0) slot = (slot + 1) & (size - 1);
      this.#put(slot, code, hash, froms[old] ?? 0, lengths[old] ?? 0);
    });
  }
}

/** FNV-1a over four bytes at a time, with a final mix. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    const high = ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
    hash = Math.imul(hash ^ low ^ high, 0x01000193);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x85ebca6b) ^ (hash >>> 13);
}

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] as number) > 127) return false;
  return true;
}
