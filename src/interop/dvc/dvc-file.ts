import { type DvcDep, type DvcOut, depOf, outOf } from "./dvc-out.ts";
import { loadYaml, malformed, yamlMapping } from "./load-yaml.ts";

/** What a `.dvc` file says. */
export interface DvcFile {
  readonly outs: readonly DvcOut[];
  /** Where an imported out came from; empty after `dvc add`. */
  readonly deps: readonly DvcDep[];
}

/**
 * Reads the text of a `.dvc` file, as DVC 1, 2 and 3 write it. Needs the package `yaml`.
 *
 * @param where - The file's name, for messages.
 *
 * Errors: `data/malformed-source` (no such file, an unknown hash type), `optional-dependency/missing`.
 *
 * @example
 * ```ts
 * import { parseDvcFile } from "sluice/interop/dvc";
 * const text = "outs:\n- md5: 2d2f3e1e0429196f3c5de8d7ab610a49\n  size: 18\n  hash: md5\n  path: trips.csv\n";
 * const { outs } = await parseDvcFile(text, "trips.csv.dvc");
 * if (outs[0]?.path !== "trips.csv" || outs[0].sizeBytes !== 18) throw new Error("one file of 18 bytes expected");
 * ```
 */
export async function parseDvcFile(text: string, where: string): Promise<DvcFile> {
  const { outs, deps } = await yamlMapping(text, where, "texts");
  if (!Array.isArray(outs) || outs.length === 0) throw malformed(where, "no outs");
  return {
    outs: outs.map((out) => outOf(out, where)),
    deps: Array.isArray(deps) ? deps.map((dep) => depOf(dep, where)) : [],
  };
}

/**
 * The text of a `.dvc` file for one out, as DVC 3 writes it. Needs the package `yaml`.
 *
 * Errors: `optional-dependency/missing`.
 *
 * @example
 * ```ts
 * import { dvcFileText, parseDvcFile } from "sluice/interop/dvc";
 * const out = { path: "trips.csv", hash: "md5", md5: "2d2f3e1e0429196f3c5de8d7ab610a49", directory: false, sizeBytes: 18 } as const;
 * const { outs } = await parseDvcFile(await dvcFileText(out), "trips.csv.dvc");
 * if (outs[0]?.md5 !== out.md5) throw new Error("the same out expected");
 * ```
 */
export async function dvcFileText(out: DvcOut): Promise<string> {
  const { stringify } = await loadYaml();
  const entry = {
    md5: out.directory ? `${out.md5}.dir` : out.md5,
    ...(out.sizeBytes !== undefined && { size: out.sizeBytes }),
    ...(out.files !== undefined && { nfiles: out.files }),
    ...(out.hash === "md5" && { hash: "md5" }),
    path: out.path,
  };
  return stringify({ outs: [entry] }, { indentSeq: false, lineWidth: 0, singleQuote: true });
}
