import type { AuditLog } from "./contracts/audit-log.ts";
import type { AuditTrail } from "./ledger/trail/audit-trail.ts";
import type { AuditTrailOptions } from "./ledger/trail/take-checkpoint.ts";

/** The audit log's face: a call lists decisions, its methods prove them. */
export interface AuditFace
  extends Pick<AuditTrail, "search" | "checkpoint" | "checkpoints" | "prove" | "proveConsistency"> {
  /** The recorded decisions, oldest first. */
  (options?: Parameters<AuditLog["read"]>[0]): ReturnType<AuditLog["read"]>;
}

/** Wires the trail at its first use. */
export function wireTrail(options: AuditTrailOptions): () => Promise<AuditTrail> {
  let trail: Promise<AuditTrail> | undefined;
  return () => {
    trail ??= import("./ledger/trail/audit-trail.ts").then(({ AuditTrail }) => new AuditTrail(options));
    return trail;
  };
}

/** The face over what is loaded at each call. */
export function auditFace(log: () => Promise<AuditLog>, trail: () => Promise<AuditTrail>): AuditFace {
  return Object.assign(async (options: Parameters<AuditLog["read"]>[0]) => await (await log()).read(options), {
    search: async (...args: Parameters<AuditTrail["search"]>) => await (await trail()).search(...args),
    checkpoint: async () => await (await trail()).checkpoint(),
    checkpoints: async () => await (await trail()).checkpoints(),
    prove: async (index: number) => await (await trail()).prove(index),
    proveConsistency: async (...args: Parameters<AuditTrail["proveConsistency"]>) =>
      await (await trail()).proveConsistency(...args),
  });
}
