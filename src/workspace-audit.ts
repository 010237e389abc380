import type { AuditLog } from "./contracts/audit-log.ts";
import { type OptionNames, requireOptions } from "./core/known-options.ts";
import type { AuditTrail } from "./ledger/trail/audit-trail.ts";
import type { AuditTrailOptions } from "./ledger/trail/take-checkpoint.ts";

/** What proves the log, searches it, and keeps of it what must be kept. */
type TrailMethods = Pick<
  AuditTrail,
  | "search"
  | "checkpoint"
  | "checkpoints"
  | "prove"
  | "proveConsistency"
  | "record"
  | "personal"
  | "erasePersonal"
  | "retain"
>;

/** The audit log's face: a call lists decisions, its methods prove them. */
export interface AuditFace extends TrailMethods {
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

const readNames: OptionNames<NonNullable<Parameters<AuditLog["read"]>[0]>> = {
  fromIndex: "optional",
  limit: "optional",
  subject: "optional",
  kind: "optional",
};

/** The face over what is loaded at each call. */
export function auditFace(log: () => Promise<AuditLog>, trail: () => Promise<AuditTrail>): AuditFace {
  const methods: TrailMethods = {
    search: async (...args) => await (await trail()).search(...args),
    checkpoint: async () => await (await trail()).checkpoint(),
    checkpoints: async () => await (await trail()).checkpoints(),
    prove: async (...args) => await (await trail()).prove(...args),
    proveConsistency: async (...args) => await (await trail()).proveConsistency(...args),
    record: async (...args) => await (await trail()).record(...args),
    personal: async (...args) => await (await trail()).personal(...args),
    erasePersonal: async (...args) => await (await trail()).erasePersonal(...args),
    retain: async (...args) => await (await trail()).retain(...args),
  };
  const read: AuditLog["read"] = async (options = {}) => {
    requireOptions("audit()", options, readNames);
    return await (await log()).read(options);
  };
  return Object.assign(read, methods);
}
