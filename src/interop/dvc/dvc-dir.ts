import { compareCodePoints } from "../../core/compare-code-points.ts";
import { SluiceError } from "../../core/errors.ts";
import { isMapping, malformed } from "./load-yaml.ts";

/** A file of a directory that DVC keeps. */
export interface DvcDirEntry {
  /** Its path below the directory, with `/`. */
  readonly relpath: string;
  /** 32 lower-case hex digits. */
  readonly md5: string;
}

/**
 * The bytes of a `.dir` object: a JSON list in the order of the paths' code points, byte for byte as Python's `json.dumps` writes it
 * (`, ` and `: `, everything but printable ASCII escaped), since the MD5 of these bytes names the directory.
 *
 * @example
 * ```ts
 * import { dvcDirBytes } from "sluice/interop/dvc";
 * const bytes = dvcDirBytes([{ relpath: "é.csv", md5: "7926227e5ed01124e4bc47cb4736615f" }]);
 * const text = new TextDecoder().decode(bytes);
 * if (text !== '[{"md5": "7926227e5ed01124e4bc47cb4736615f", "relpath": "\\u00e9.csv"}]') throw new Error(text);
 * ```
 */
export function dvcDirBytes(entries: readonly DvcDirEntry[]): Uint8Array {
  const sorted = [...entries].sort((a, b) => compareCodePoints(a.relpath, b.relpath));
  const items = sorted.map(({ md5, relpath }) => `{"md5": ${pythonText(md5)}, "relpath": ${pythonText(relpath)}}`);
  return new TextEncoder().encode(`[${items.join(", ")}]`);
}

/**
 * The files that a `.dir` object lists.
 *
 * @param where - The object's path, for messages.
 *
 * Throws `data/malformed-source` (no such list, an MD5 of another form, a path twice) and `blob/path-outside` (an absolute path, `..`).
 *
 * @example
 * ```ts
 * import { dvcDirBytes, parseDvcDir } from "sluice/interop/dvc";
 * const entries = parseDvcDir(dvcDirBytes([{ relpath: "a/b.csv", md5: "7926227e5ed01124e4bc47cb4736615f" }]), "x.dir");
 * if (entries[0]?.relpath !== "a/b.csv") throw new Error("one file expected");
 * ```
 */
export function parseDvcDir(bytes: Uint8Array, where: string): readonly DvcDirEntry[] {
  let list: unknown;
  try {
    list = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw malformed(where, "no JSON", cause);
  }
  if (!Array.isArray(list)) throw malformed(where, "no list");
  const seen = new Set<string>();
  return list.map((entry: unknown) => {
    if (!isMapping(entry)) throw malformed(where, "an entry that is no object");
    const { relpath, md5 } = entry;
    if (typeof relpath !== "string") throw malformed(where, "an entry without a relpath");
    if (typeof md5 !== "string" || !/^[0-9a-f]{32}$/.test(md5)) {
      throw malformed(where, `"${relpath}" with the MD5 ${JSON.stringify(md5)}; only MD5 is known`);
    }
    requireInside(relpath, where);
    if (seen.has(relpath)) throw malformed(where, `"${relpath}" twice`);
    seen.add(relpath);
    return { relpath, md5 };
  });
}

/** Refuses a path that could lead out of the folder it is laid in, on any system. Throws `blob/path-outside`. */
export function requireInside(relpath: string, where: string): void {
  const steps = relpath.split(/[/\\]/);
  const plain = !/^[A-Za-z]:|\0/.test(relpath) && steps.every((step) => step !== "" && step !== "." && step !== "..");
  if (plain) return;
  throw new SluiceError("blob/path-outside", {
    found: `the path ${JSON.stringify(relpath)} in ${where}`,
    expected: "a path below the directory: not absolute, without empty steps, `.` or `..`",
    fix: "Don't trust this cache: the list was not written by DVC. Get it from the remote again.",
  });
}

function pythonText(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
