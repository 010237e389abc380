import { closeName } from "../core/close-name.ts";
import { SluiceError } from "../core/errors.ts";

/** What the library records: `schemas/audit-record.schema.json` has the body of each. A host's own kinds begin with `host.`. */
export const auditKinds: readonly string[] = [
  "alert.acknowledged",
  "alert.raised",
  "alert.resolved",
  "alias.moved",
  "alias.removed",
  "approval.revoked",
  "audit.erased",
  "audit.retained",
  "batch.blocked",
  "card.written",
  "data.collected",
  "dataset.committed",
  "dataset.erased",
  "dataset.ref-made",
  "dataset.ref-removed",
  "features.backfilled",
  "features.collected",
  "features.erased",
  "features.registered",
  "gate.refused",
  "host.documentation-part",
  "import.refused",
  "key.retired",
  "key.retirement-refused",
  "key.rotated",
  "load.refused",
  "merge.refused",
  "monitor.armed",
  "monitor.disarmed",
  "monitor.rearmed",
  "pipeline.ended",
  "policy.adopted",
  "registration.refused",
  "retraining.started",
  "rollout.aborted",
  "rollout.advanced",
  "rollout.passed",
  "rollout.promoted",
  "rollout.refused",
  "rollout.rolledBack",
  "rollout.started",
  "run.made",
  "run.started",
  "version.approved",
  "version.archived",
  "version.deprecated",
  "version.exported",
  "version.promoted",
  "version.registered",
  "version.reinstated",
  "version.tagged",
];

/** Refuses a kind that nothing records: it would be found nowhere, however often what was meant was recorded. Errors: `argument/invalid`. */
export function requireAuditKinds(kind: unknown): void {
  if (kind === undefined) return;
  const asked: readonly unknown[] = Array.isArray(kind) ? kind : [kind];
  for (const one of asked) {
    if (typeof one === "string" && (one.startsWith("host.") || auditKinds.includes(one))) continue;
    const close = typeof one === "string" ? closeName(one, auditKinds) : undefined;
    throw new SluiceError("argument/invalid", {
      found: `the kind ${JSON.stringify(one)} of audit events`,
      expected: `one of ${auditKinds.join(", ")}, or one of your own, which begins with "host."`,
      fix: close === undefined ? "Name one of these." : `Did you mean "${close}"?`,
    });
  }
}
