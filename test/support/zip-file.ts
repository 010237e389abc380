import { deflateRawSync } from "node:zlib";

/** An entry to be written, and what it says against the truth. */
export interface ZipFileEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflated?: boolean;
  /** The size that the archive says it has. */
  readonly says?: number;
  /** The name in its own header. */
  readonly headerName?: string;
  readonly isLink?: boolean;
  readonly isEncrypted?: boolean;
  readonly method?: number;
  /** The data of the entry of that name, again. */
  readonly sharesWith?: string;
}

/** A zip archive, written as it is asked for, true or not. */
export function zipFile(entries: readonly ZipFileEntry[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  const starts = new Map<string, number>();
  let at = 0;
  for (const entry of entries) {
    const packed = entry.deflated === true ? deflateRawSync(entry.bytes, { level: 9 }) : Buffer.from(entry.bytes);
    const method = entry.method ?? (entry.deflated === true ? 8 : 0);
    const shared = entry.sharesWith === undefined ? undefined : starts.get(entry.sharesWith);
    const start = shared ?? at;
    starts.set(entry.name, start);
    const name = Buffer.from(entry.name);
    const headerName = Buffer.from(entry.headerName ?? entry.name);
    const size = entry.says ?? entry.bytes.length;
    if (shared === undefined) {
      const header = Buffer.alloc(30);
      header.writeUInt32LE(0x04034b50, 0);
      header.writeUInt16LE(method, 8);
      header.writeUInt32LE(packed.length, 18);
      header.writeUInt32LE(size, 22);
      header.writeUInt16LE(headerName.length, 26);
      parts.push(header, headerName, packed);
      at += header.length + headerName.length + packed.length;
    }
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(entry.isEncrypted === true ? 1 : 0, 8);
    record.writeUInt16LE(method, 10);
    record.writeUInt32LE(packed.length, 20);
    record.writeUInt32LE(size, 24);
    record.writeUInt16LE(name.length, 28);
    record.writeUInt32LE(entry.isLink === true ? (0xa1ff << 16) >>> 0 : 0, 38);
    record.writeUInt32LE(start, 42);
    directory.push(record, name);
  }
  const records = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(records.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, records, end]));
}
