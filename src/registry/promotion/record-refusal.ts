import type { GateOutcome } from "../../contracts/gate.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";
import { jsonOf } from "../../core/json-of.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { versionSubject } from "../versions/version-key.ts";

/** What a refusal is recorded with. */
export interface Refusal {
  readonly outcomes: readonly GateOutcome[];
  readonly reasons: readonly string[];
  /** Digest of the evidence that was judged, where it came to that. */
  readonly evidence?: string;
}

/** Puts a refused transition on record, and announces it. */
export async function recordRefusal(
  options: RegistryOptions,
  version: ModelVersion,
  asked: { readonly to: string; readonly actor: string; readonly reason: string },
  refusal: Refusal,
): Promise<void> {
  const { name, stage } = version;
  const { to, actor, reason } = asked;
  const body = jsonOf({ from: stage, to: String(to), reason, ...refusal });
  const told = { model: name, version: version.version, to: String(to), reasons: refusal.reasons };
  await options.metadata.write(async (tx) => {
    await options.ledger.changes.publish(tx, "gate.refused", told);
    await options.ledger.audit.append(tx, { kind: "gate.refused", subject: versionSubject(version), actor, body });
  });
  options.events.emit("gate.refused", told);
}
