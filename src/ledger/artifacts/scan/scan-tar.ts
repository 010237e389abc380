import { isSluiceError } from "../../../core/errors.ts";
import { checkEntryNames } from "./check-entry-names.ts";
import { isHeld, type LookedAt } from "./looked-at.ts";
import type { ScanContext } from "./scan-context.ts";
import { scanMember } from "./scan-member.ts";
import { tarEntries } from "./tar-entries.ts";
import { readerOf, type TarReader } from "./tar-reader.ts";

/** Looks into a tar. */
export async function scanTar(path: string, looked: LookedAt, context: ScanContext): Promise<void> {
  if (!isHeld(looked)) return context.report(path, "malformed", "a packed tar too large to be looked into");
  const fault = await tarFault(path, readerOf(looked), context);
  if (fault !== undefined) context.report(path, "malformed", fault);
}

/** Looks at the entries of a tar, as they are read; answers why it cannot be read to its end, where it cannot. */
export async function tarFault(path: string, reader: TarReader, context: ScanContext): Promise<string | undefined> {
  const names: string[] = [];
  const { maxFiles } = context.limits;
  try {
    for await (const { name, special, content } of tarEntries(reader)) {
      const plain = name.replace(/^(?:\.\/)+/, "");
      if (plain === "") continue;
      names.push(plain);
      if (names.length > maxFiles) return `a tar of more than ${maxFiles} entries`;
      const at = `${path}!${plain}`;
      if (special !== undefined) context.report(at, "archive-path", special);
      else if (!name.endsWith("/")) await scanMember(at, plain, content, context);
    }
  } catch (error) {
    if (!isSluiceError(error, "artifact/refused")) throw error;
    return `a tar: ${error.found}`;
  } finally {
    checkEntryNames(path, names, context);
  }
  return undefined;
}
