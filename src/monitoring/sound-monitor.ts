import type { MonitorDefinition } from "../contracts/monitor.ts";
import { refusedArgument, requireMade } from "../core/known-arguments.ts";
import { checkMonitor } from "./check-monitor.ts";
import { monitorDigest } from "./monitor.ts";

const monitorMade = {
  what: "a monitor",
  by: "monitor() defines it",
  members: { id: "text", model: "text", signal: "object", threshold: "object", fire: "object", digest: "text" },
} as const;

/**
 * Refuses what `monitor()` has not made, and a definition that was changed since: armed, it would be read as one that somebody edited in the store. Errors:
 * `argument/invalid`, `monitoring/incomplete-response`.
 */
export function soundMonitor(definition: MonitorDefinition): void {
  requireMade("monitoring.arm()", definition, monitorMade);
  checkMonitor(definition);
  const digest = monitorDigest(definition);
  if (definition.kind === "monitor" && definition.digest === digest) return;
  throw refusedArgument(
    "monitoring.arm()",
    "the digest of the monitor",
    definition.digest,
    `${digest}, as monitor() makes it`,
  );
}
