import { isMapping, malformed } from "./load-yaml.ts";

/** How DVC names content: `md5` of the bytes (DVC 3), or `md5-dos2unix`, of text with `\r\n` read as `\n` (DVC 1 and 2). */
export type DvcHash = "md5" | "md5-dos2unix";

/** What DVC keeps in its cache under an MD5: a file, or a directory's list. */
export interface DvcOut {
  /** Where it belongs, relative to the file that names it; with `/`. */
  readonly path: string;
  readonly hash: DvcHash;
  /** 32 lower-case hex digits; of a directory, without the ending `.dir`. */
  readonly md5: string;
  readonly directory: boolean;
  /** Bytes in all, where DVC noted it. */
  readonly sizeBytes?: number;
  /** Files in a directory, where DVC noted it. */
  readonly files?: number;
}

/** What a stage read. Without `md5` where DVC noted none (a file outside, another repository). */
export type DvcDep = Pick<DvcOut, "path"> & Partial<DvcOut>;

/** An entry of `outs`. Errors: `data/malformed-source`, naming the entry and what it lacks. */
export function outOf(value: unknown, where: string): DvcOut {
  const out = depOf(value, where);
  const { hash, md5, directory } = out;
  if (hash === undefined || md5 === undefined || directory === undefined) {
    throw malformed(where, `"${out.path}" without an MD5: not committed yet, or kept by a storage's own versions`);
  }
  return { ...out, hash, md5, directory };
}

/** An entry of `deps`. Errors: `data/malformed-source`. */
export function depOf(value: unknown, where: string): DvcDep {
  if (!isMapping(value) || typeof value["path"] !== "string") throw malformed(where, "an entry without a path");
  const { path, md5 } = value;
  const named = value["hash"] ?? (md5 === undefined ? undefined : "md5-dos2unix");
  if (named !== undefined && named !== "md5" && named !== "md5-dos2unix") {
    throw malformed(
      where,
      `"${path}" with the unknown hash type ${JSON.stringify(named)}; known are md5 and md5-dos2unix`,
    );
  }
  if (md5 === undefined || named === undefined) return { path };
  const match = typeof md5 === "string" ? /^([0-9a-f]{32})(\.dir)?$/.exec(md5) : null;
  if (match === null) throw malformed(where, `"${path}" with the MD5 ${JSON.stringify(md5)}`);
  const size = countOf(value["size"], path, where);
  const files = countOf(value["nfiles"], path, where);
  return {
    path,
    hash: named,
    md5: match[1] ?? "",
    directory: match[2] !== undefined,
    ...(size !== undefined && { sizeBytes: size }),
    ...(files !== undefined && { files }),
  };
}

function countOf(value: unknown, path: string, where: string): number | undefined {
  if (value === undefined) return undefined;
  const count = typeof value === "string" && /^[0-9]+$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(count)) return count;
  throw malformed(where, `"${path}" with the size or number of files ${JSON.stringify(value)}`);
}
