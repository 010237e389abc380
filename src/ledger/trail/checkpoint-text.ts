import { membersOf } from "../../core/is-record.ts";
import type { AuditCheckpoint, AuditCheckpointBody } from "../../contracts/audit-checkpoint.ts";
import type { Signer, Verifier } from "../../contracts/signer.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { digestOf, isDigest } from "../../core/digest.ts";
import { jsonOf } from "../../core/json-of.ts";
import { signatureHolds, signRecord } from "../signed-record.ts";
import { printedCheckpoint } from "./checkpoint-print.ts";

/** What reading a checkpoint answers. */
export type CheckpointVerdict =
  | { readonly valid: true; readonly checkpoint: AuditCheckpoint }
  | { readonly valid: false; readonly reason: string };

/** Signs a checkpoint. */
export async function signCheckpoint(signer: Signer, body: AuditCheckpointBody): Promise<AuditCheckpoint> {
  const signed = await signRecord(signer, body);
  return { digest: digestOf(signed.body), body, keyId: signed.key_id, signature: signed.signature };
}

/** A checkpoint as one line of canonical JSON: what anchors keep. */
export function checkpointText(checkpoint: AuditCheckpoint): string {
  return canonicalJson(jsonOf(checkpoint));
}

/** The checkpoint of a text, verified as {@link verifyCheckpoint} does. */
export async function readCheckpoint(text: string, verifier: Verifier): Promise<CheckpointVerdict> {
  try {
    const verdict = await verifyCheckpoint(JSON.parse(text), verifier);
    if (!verdict.valid || checkpointText(verdict.checkpoint) === text) return verdict;
    return { valid: false, reason: "its text is not canonical JSON: it was edited" };
  } catch (error) {
    if (error instanceof SyntaxError) return { valid: false, reason: "it is no JSON: it was edited" };
    throw error;
  }
}

/**
 * Verifies a checkpoint by itself, without any store: its format, that its digest is that of its body, and that a pinned key signed the body.
 *
 * @example
 * ```ts
 * import { verifyCheckpoint } from "sluice/ledger";
 * const verdict = await verifyCheckpoint({ body: {}, keyId: "k", signature: "AAAA" }, { verify: async () => false });
 * if (verdict.valid) throw new Error("a forged checkpoint was accepted");
 * ```
 */
export async function verifyCheckpoint(value: unknown, verifier: Verifier): Promise<CheckpointVerdict> {
  const checkpoint = asCheckpoint(value);
  if (typeof checkpoint === "string") return { valid: false, reason: checkpoint };
  const body = canonicalJson(jsonOf(checkpoint.body));
  if (digestOf(body) !== checkpoint.digest)
    return { valid: false, reason: `its body has digest ${digestOf(body)}, not ${checkpoint.digest}: it was edited` };
  const signed = { body, key_id: checkpoint.keyId, signature: checkpoint.signature };
  if (await signatureHolds(verifier, signed)) return { valid: true, checkpoint };
  return { valid: false, reason: unsigned(checkpoint.keyId, verifier) };
}

/** Why a signature does not hold: whoever was not given the key cannot say that anything was forged. */
function unsigned(keyId: string, verifier: Verifier): string {
  const keys = verifier.keyIds?.();
  if (keys === undefined || keys.includes(keyId))
    return `its signature is not that of a pinned key (key "${keyId}") over its body: it was edited or forged`;
  const pinned = keys.length === 0 ? "none is" : `${keys.join(", ")} ${keys.length === 1 ? "is" : "are"}`;
  return `it is signed by key "${keyId}", which is not pinned (${pinned}): set SLUICE_KEY_FILE to the key of this workspace, or pin its public key in \`verifier\`; if that key was never yours, it was forged`;
}

/** A value as a checkpoint; what is wrong with it, where it is none. */
function asCheckpoint(value: unknown): AuditCheckpoint | string {
  const { digest, body, keyId, signature, ...others } = membersOf(value);
  const { kind, schema, log, size, head, root, timeMs, previous, ...more } = membersOf(body);
  if (kind !== "audit-checkpoint") return "it is no checkpoint of an audit log";
  if (schema !== 1)
    return `its format is ${String(schema)}, this code reads format 1: use a newer version of the library`;
  const extra = [...Object.keys(others), ...Object.keys(more)];
  if (extra.length > 0) return `it has members that format 1 does not know: ${extra.join(", ")}`;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 1) return "its size is no count of events";
  if (typeof timeMs !== "number" || !Number.isFinite(timeMs)) return "its time is no instant";
  if (!isDigestText(log) || !isDigestText(head) || !isDigestText(root)) return "it lacks a digest";
  if (previous !== null && !isDigestText(previous)) return "what it follows is no digest";
  if (!isDigestText(digest) || typeof keyId !== "string" || typeof signature !== "string") return "it is not signed";
  const said: AuditCheckpointBody = { kind, schema, log, size, head, root, timeMs, previous };
  return printedCheckpoint({ digest, body: said, keyId, signature });
}

function isDigestText(value: unknown): value is `sha256:${string}` {
  return typeof value === "string" && isDigest(value);
}
