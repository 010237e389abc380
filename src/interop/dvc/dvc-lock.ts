import { type DvcDep, type DvcOut, depOf, outOf } from "./dvc-out.ts";
import { isMapping, malformed, type YamlMapping, yamlMapping } from "./load-yaml.ts";

/** A stage as it ran last. */
export interface DvcStage {
  /** The commands, in their order. */
  readonly commands: readonly string[];
  readonly deps: readonly DvcDep[];
  readonly outs: readonly DvcOut[];
  /** The parameters that it read, by file and name, as YAML types them. */
  readonly params: { readonly [file: string]: { readonly [name: string]: unknown } };
}

/** What `dvc.lock` says: what each stage read and made. */
export interface DvcLock {
  readonly stages: { readonly [name: string]: DvcStage };
}

/**
 * Reads the text of a `dvc.lock`, of schema 2.0 or 1.0. Needs the package `yaml`.
 *
 * @param where - The file's name, for messages.
 *
 * Errors: `data/malformed-source`, `optional-dependency/missing`.
 *
 * @example
 * ```ts
 * import { parseDvcLock } from "sluice/interop/dvc";
 * const { stages } = await parseDvcLock("schema: '2.0'\nstages:\n  clean:\n    cmd: make clean\n", "dvc.lock");
 * if (stages["clean"]?.commands[0] !== "make clean") throw new Error("one stage expected");
 * ```
 */
export async function parseDvcLock(text: string, where: string): Promise<DvcLock> {
  const plain = stagesOf(await yamlMapping(text, where, "texts"), where);
  const typed = stagesOf(await yamlMapping(text, where, "typed"), where);
  const stages = Object.entries(plain).map(([name, stage]): [string, DvcStage] => {
    const place = `stage ${name} of ${where}`;
    if (!isMapping(stage)) throw malformed(place, "no mapping");
    return [name, stageOf(stage, typed[name], place)];
  });
  return { stages: Object.fromEntries(stages) };
}

/** Schema 1.0 had no `schema` and the stages at the top. */
function stagesOf(lock: YamlMapping, where: string): YamlMapping {
  const schema = lock["schema"];
  if (schema === undefined) return lock;
  if (String(schema) !== "2.0") throw malformed(where, `the unknown schema ${JSON.stringify(schema)}`);
  const stages = lock["stages"] ?? {};
  if (!isMapping(stages)) throw malformed(where, "stages that are no mapping");
  return stages;
}

function stageOf(stage: YamlMapping, typed: unknown, where: string): DvcStage {
  const { cmd } = stage;
  const params: unknown = isMapping(typed) ? typed["params"] : undefined;
  return {
    commands: (Array.isArray(cmd) ? cmd : cmd === undefined ? [] : [cmd]).map(String),
    deps: listOf(stage["deps"], where).map((dep) => depOf(dep, where)),
    outs: listOf(stage["outs"], where).map((out) => outOf(out, where)),
    params: Object.fromEntries(
      Object.entries(isMapping(params) ? params : {}).map(([file, values]) => [file, isMapping(values) ? values : {}]),
    ),
  };
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw malformed(where, "deps or outs that are no list");
}
