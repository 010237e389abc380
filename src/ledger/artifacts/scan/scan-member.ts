import { bytesOf } from "../../../core/byte-source.ts";
import { kerasCode } from "./keras-code.ts";
import { keptBytes, type LookedAt } from "./looked-at.ts";
import { hasPickleName } from "./pickle.ts";
import type { ScanContext } from "./scan-context.ts";

const maxDepth = 4;

/** Looks at what an archive holds under a name, as at a file, one deeper. */
export async function scanMember(path: string, name: string, looked: LookedAt, context: ScanContext): Promise<void> {
  if (hasPickleName(name)) context.report(path, "pickle", "a file named as a Python pickle");
  if (/(?:^|\/)config\.json$/.test(name)) {
    const code =
      looked.sizeBytes > keptBytes ? "a configuration too large to be one" : kerasCode(await bytesOf(looked));
    if (code !== undefined) context.report(path, "keras-code", code);
  }
  if (context.depth >= maxDepth)
    return context.report(path, "archive-bomb", `archives in archives, more than ${maxDepth} deep`);
  await context.within(path, looked);
}
