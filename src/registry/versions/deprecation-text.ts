import type { Deprecation } from "../../contracts/gate.ts";

/** A deprecation in one sentence. */
export function deprecationText({ reason, replacedBy, untilMs }: Deprecation): string {
  const instead = replacedBy === null ? "" : `; use version ${replacedBy}`;
  const until = untilMs === null ? "" : `; not to be used from ${new Date(untilMs).toISOString()} on`;
  return `${reason}${instead}${until}`;
}
