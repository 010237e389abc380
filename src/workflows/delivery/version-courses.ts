import type { AuditRecord } from "../../contracts/audit-log.ts";
import { memberOf, textIn, versionOf } from "../record-body.ts";

/** What became of one version, by the log. */
export interface VersionCourse {
  readonly subject: string;
  readonly registeredMs: number | undefined;
  /** Its first time in production. */
  readonly deployedMs: number | undefined;
  /** It came before users: by a rollout, or in production. */
  readonly exposedMs: number | undefined;
  /** A guardrail ended its rollout, or an older version was brought back in its place. */
  readonly rolledBackMs: number | undefined;
}

/** The course of every version, in the order the log first names them. */
export function versionCourses(records: readonly AuditRecord[]): readonly VersionCourse[] {
  const courses = new Map<string, VersionCourse>();
  const champions = new Map<string, string>();
  const note = (subject: string, what: Exclude<keyof VersionCourse, "subject">, timeMs: number): void => {
    const known = courses.get(subject) ?? { ...unknown, subject };
    courses.set(subject, { ...known, [what]: known[what] ?? timeMs });
  };
  for (const record of records) {
    const { kind, subject, timeMs } = record;
    const model = versionOf(subject)?.model;
    if (model === undefined) continue;
    if (kind === "version.registered") note(subject, "registeredMs", timeMs);
    if (kind === "rollout.started") note(subject, "exposedMs", timeMs);
    if (kind === "rollout.rolledBack") note(subject, "rolledBackMs", timeMs);
    if (kind !== "version.promoted" || textIn(record, "to") !== "production") continue;
    const left = champions.get(model);
    champions.set(model, subject);
    note(subject, "exposedMs", timeMs);
    if (textIn(record, "from") !== "archived") note(subject, "deployedMs", timeMs);
    else if (left !== undefined && left !== subject) note(left, "rolledBackMs", timeMs);
  }
  return [...courses.values()];
}

const unknown = {
  registeredMs: undefined,
  deployedMs: undefined,
  exposedMs: undefined,
  rolledBackMs: undefined,
};

/** Whether a refusal was by gates that judged evidence: not a transition that does not exist, nor a refused approval. */
export function isGateRefusal({ kind, body }: AuditRecord): boolean {
  const outcomes = memberOf(body, "outcomes");
  return kind === "gate.refused" && Array.isArray(outcomes) && outcomes.length > 0;
}
