import type * as Yaml from "yaml";
import { SluiceError } from "../../core/errors.ts";

/** Loads the YAML library. Errors: `optional-dependency/missing`. */
export async function loadYaml(): Promise<typeof Yaml> {
  try {
    return await import("yaml");
  } catch (cause) {
    throw new SluiceError("optional-dependency/missing", {
      found: "no package yaml that loads here",
      expected: "it, to read and write .dvc files and dvc.lock",
      fix: "Install it: npm install yaml",
      cause,
    });
  }
}

/**
 * The mapping that a YAML text holds. `texts` leaves every scalar a text: an MD5 of digits only, or one like `12e45`, is no number.
 * Errors: `data/malformed-source`, `optional-dependency/missing`.
 */
export async function yamlMapping(text: string, where: string, scalars: "texts" | "typed"): Promise<YamlMapping> {
  const { parse } = await loadYaml();
  let value: unknown;
  try {
    value = parse(text, { schema: scalars === "texts" ? "failsafe" : "core" });
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    throw malformed(where, `no valid YAML: ${message}`, cause);
  }
  if (isMapping(value)) return value;
  throw malformed(where, "no mapping at the top");
}

/** A YAML mapping, not yet looked into. */
export type YamlMapping = { readonly [key: string]: unknown };

/** Tells whether a value is a mapping. */
export function isMapping(value: unknown): value is YamlMapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The error of a file that is not as DVC writes it. */
export function malformed(where: string, found: string, cause?: unknown): SluiceError {
  return new SluiceError("data/malformed-source", {
    found: `${found} (in ${where})`,
    expected: "a file as DVC 1, 2 or 3 writes it",
    fix: "Write it again with dvc add, dvc commit or dvc repro.",
    cause,
  });
}
