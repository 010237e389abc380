import type { AuditLog } from "../contracts/audit-log.ts";
import type { Starter } from "../contracts/starter.ts";
import { canonicalJson } from "../core/canonical-json.ts";
import { isRecord, membersOf } from "../core/is-record.ts";
import { jsonOf } from "../core/json-of.ts";
import { type StoredPlace, storedJson } from "../core/stored-json.ts";

/** Several lists as one, each starter once. */
export function allStarters(...lists: readonly (readonly Starter[])[]): readonly Starter[] {
  return [...new Map(lists.flat().map((one) => [canonicalJson(jsonOf(one)), one])).values()];
}

/** The text of a row's column. */
export function encodeStarters(starters: readonly Starter[]): string {
  return canonicalJson({ schema: 1, starters: jsonOf(starters) });
}

/** What {@link encodeStarters} made. Errors: `metadata/corrupt`. */
export function decodeStarters(text: string, place: StoredPlace): readonly Starter[] {
  return startersIn(membersOf(storedJson(text, place))["starters"]);
}

/** Starters as JSON has them; whatever else is there names nobody. */
function startersIn(value: unknown): readonly Starter[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one: unknown): readonly Starter[] => {
    const names: unknown = isRecord(one) ? one["names"] : undefined;
    if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) return [];
    const issuer = membersOf(one)["issuer"];
    return [{ names, ...(typeof issuer === "string" ? { issuer } : {}) }];
  });
}

/** Who started a run or a pipeline's run by the log's account: what is in its row anybody may have edited who can write the store. */
export async function loggedStarters(
  audit: Pick<AuditLog, "read">,
  subject: string,
  run: string,
): Promise<readonly Starter[]> {
  const started = (await audit.read({ subject })).filter(
    ({ kind, body }) => startKinds.has(kind) && membersOf(body)["run"] === run,
  );
  return allStarters(...started.map(({ body }) => startersIn(membersOf(body)["startedBy"])));
}

const startKinds: ReadonlySet<string> = new Set(["run.started", "retraining.started"]);
