/** An entry of a tar as a test wants it: any field may lie. */
export interface TarEntry {
  readonly name: string | Uint8Array;
  readonly bytes?: Uint8Array;
  /** @default "0", a file */
  readonly type?: string;
  /** The text of the size field. @default the size in octal digits */
  readonly size?: string | Uint8Array;
  readonly link?: string;
  readonly magic?: string;
  readonly prefix?: string;
  /** @default the right one */
  readonly checksum?: number;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A header and the content after it, padded, by the offsets of POSIX.1-1988. */
export function tarEntry(entry: TarEntry): Uint8Array {
  const { bytes = new Uint8Array(), type = "0", link = "", magic = "ustar\u000000", prefix = "" } = entry;
  const whole = new Uint8Array(512 + Math.ceil(bytes.length / 512) * 512);
  const put = (at: number, value: string | Uint8Array): void =>
    whole.set(typeof value === "string" ? encode(value) : value, at);
  put(0, entry.name);
  for (const at of [100, 108, 116]) put(at, "0000000\0");
  put(124, entry.size ?? `${bytes.length.toString(8).padStart(11, "0")}\0`);
  put(136, "00000000000\0");
  put(156, type);
  put(157, link);
  put(257, magic);
  put(345, prefix);
  put(148, "        ");
  const sum = whole.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  put(148, `${(entry.checksum ?? sum).toString(8).padStart(6, "0")}\0 `);
  whole.set(bytes, 512);
  return whole;
}

/** Entries, and the two blocks of zeros that end them. */
export function tarOf(entries: readonly (TarEntry | Uint8Array)[], end: number = 1024): Uint8Array {
  const parts = [...entries.map((one) => (one instanceof Uint8Array ? one : tarEntry(one))), new Uint8Array(end)];
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** An extended header (POSIX.1-2001) with this text, or with these records, each as long as it says. */
export function paxEntry(records: string | { readonly [key: string]: string }): TarEntry {
  const text =
    typeof records === "string"
      ? records
      : Object.entries(records)
          .map(([key, value]) => paxRecord(key, value))
          .join("");
  return { name: "PaxHeaders/x", type: "x", bytes: encode(text) };
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
export function paxRecord(key: string, value: string): string {
  const rest = encode(` ${key}=${value}\n`).length;
  const digits = [1, 2, 3, 4, 5].find((count) => String(rest + count).length === count) ?? 0;
  return `${rest + digits} ${key}=${value}\n`;
}
