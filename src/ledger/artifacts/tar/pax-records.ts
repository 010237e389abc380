import { archiveRefused } from "./archive-refused.ts";
import { utf8In } from "./tar-header.ts";

/** An extended header tells names and times: what is longer is no such thing. */
export const mostPaxBytes = 65_536;

/** Records that would make an entry another thing than its header says. */
const meddling = /^(?:size|linkpath|hdrcharset|GNU\..*)$/;

/** The content of an extended header that gives the next entry a name: `<length> path=<name>\n`, where the length counts itself. */
export function encodePaxPath(path: string): Uint8Array {
  const rest = new TextEncoder().encode(` path=${path}\n`).length;
  let length = rest + 1;
  while (length !== rest + String(length).length) length = rest + String(length).length;
  return new TextEncoder().encode(`${length} path=${path}\n`);
}

/** The name that an extended header gives, where it gives one; its times and owners are left. Errors: `artifact/refused`. */
export function paxPathIn(bytes: Uint8Array, where: string): string | undefined {
  const records = paxRecordsIn(bytes, where);
  for (const key of records.keys())
    if (meddling.test(key)) throw archiveRefused("malformed", where, `an extended header with "${key}"`);
  return records.get("path");
}

/** The records of an extended header. Errors: `artifact/refused` for a name twice, and for a record that is not as long as it says. */
export function paxRecordsIn(bytes: Uint8Array, where: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const digits = /^(\d{1,5}) /.exec(String.fromCharCode(...bytes.subarray(at, at + 6)))?.[1];
    const end = at + Number(digits ?? 0);
    if (digits === undefined || end > bytes.length || bytes[end - 1] !== 0x0a)
      throw archiveRefused("malformed", where, "a record of an extended header that is not as long as it says");
    const record = utf8In(bytes.subarray(at + digits.length + 1, end - 1), where);
    const sign = record.indexOf("=");
    const key = record.slice(0, Math.max(0, sign));
    if (sign < 1 || found.has(key))
      throw archiveRefused("malformed", where, `a record "${key}" without a name, or twice`);
    found.set(key, record.slice(sign + 1));
    at = end;
  }
  return found;
}
