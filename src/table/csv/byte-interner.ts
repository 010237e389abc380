const firstSlots = 1024;
const firstArena = 16_384;

/** Gives equal UTF-8 byte strings equal codes, counted from 0, without making a string for each. */
export class ByteInterner {
  readonly #texts: string[] = [];
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #codes = new Int32Array(firstSlots).fill(-1);
  #hashes = new Int32Array(firstSlots);
  #froms = new Int32Array(firstSlots);
  #lengths = new Int32Array(firstSlots);
  #arena = new Uint8Array(firstArena);
  #arenaUsed = 0;

  /** The code of the bytes, or −1 where they are no UTF-8. */
  codeOf(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const mask = this.#codes.length - 1;
    let slot = hash & mask;
    for (let code = this.#codes[slot] ?? -1; code >= 0; code = this.#codes[slot] ?? -1) {
      if (this.#hashes[slot] === hash && this.#equals(slot, bytes, start, end)) return code;
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, hash, bytes.subarray(start, end));
  }

  /** The distinct texts by code; a copy. */
  dictionary(): string[] {
    return [...this.#texts];
  }

  #equals(slot: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#lengths[slot] !== end - start) return false;
    const from = this.#froms[slot] ?? 0;
    for (let at = start; at < end; at++) if (this.#arena[from + at - start] !== bytes[at]) return false;
    return true;
  }

  #add(slot: number, hash: number, bytes: Uint8Array): number {
    const text = this.#decode(bytes);
    if (text === undefined) return -1;
    if (this.#arenaUsed + bytes.length > this.#arena.length) {
      const wider = new Uint8Array(Math.max(this.#arena.length * 2, this.#arenaUsed + bytes.length));
      wider.set(this.#arena);
      this.#arena = wider;
    }
    this.#arena.set(bytes, this.#arenaUsed);
    this.#put(slot, this.#texts.length, hash, this.#arenaUsed, bytes.length);
    this.#arenaUsed += bytes.length;
    this.#texts.push(text);
    if (this.#texts.length * 2 > this.#codes.length) this.#grow();
    return this.#texts.length - 1;
  }

  #decode(bytes: Uint8Array): string | undefined {
    try {
      return this.#decoder.decode(bytes);
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

/** FNV-1a with a final mix. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}
