import { type LookedAt, overlapping } from "./looked-at.ts";
import { latin } from "./pickle.ts";

const codeClasses: ReadonlySet<string> = new Set(["Lambda", "__lambda__"]);
const letterL = 0x4c;
const asJson = /"class_name"\s*:\s*$/;

/**
 * The code that a Keras configuration (`config.json` of a `.keras` archive) has run when it is read: a Lambda layer, a serialized function, or a class of a
 * module that is not Keras' own. Undefined where there is none.
 */
export function kerasCode(bytes: Uint8Array): string | undefined {
  try {
    return codeIn(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return "a configuration that is no JSON";
  }
}

function codeIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value) && "class_name" in value) {
    const name = String(value.class_name);
    if (codeClasses.has(name)) return `a ${name} layer or function`;
    const module = "module" in value ? value.module : null;
    if (typeof module === "string" && module !== "keras" && !module.startsWith("keras."))
      return `the class ${name} of the module ${JSON.stringify(module)}`;
  }
  for (const member of Object.values(value)) {
    const found = codeIn(member);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The code of a Keras model in HDF5: its configuration is JSON text in an attribute, which stands in the file as it is. */
export async function kerasCodeInHdf5(looked: LookedAt): Promise<string | undefined> {
  for await (const bytes of overlapping(looked, 48)) if (namesLambda(bytes)) return "a Lambda layer";
  return undefined;
}

function namesLambda(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(letterL); at >= 0; at = bytes.indexOf(letterL, at + 1)) {
    if (latin(bytes.subarray(Math.max(0, at - 1), at + 7)) !== '"Lambda"') continue;
    if (asJson.test(latin(bytes.subarray(Math.max(0, at - 40), at - 1)))) return true;
  }
  return false;
}
