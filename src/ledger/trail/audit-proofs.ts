import type { AuditCheckpoint, AuditConsistencyProof, AuditInclusionProof } from "../../contracts/audit-checkpoint.ts";
import type { AuditRecord } from "../../contracts/audit-log.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { parseRecord } from "../audit-record.ts";
import { isConsistent, leafHash, rootOfPath } from "../merkle/merkle-tree.ts";
import { verifyCheckpoint } from "./checkpoint-text.ts";

/** What verifying an inclusion proof answers. */
export type AuditInclusionVerdict =
  | { readonly valid: true; readonly record: Omit<AuditRecord, "hash">; readonly checkpoint: AuditCheckpoint }
  | { readonly valid: false; readonly reason: string };

/** What verifying a consistency proof answers. */
export type AuditConsistencyVerdict = { readonly valid: true } | { readonly valid: false; readonly reason: string };

/**
 * Verifies, with a pinned key and nothing else, that a decision was in the audit log that a checkpoint signed.
 *
 * @example
 * ```ts
 * import { verifyInclusion } from "sluice/ledger";
 * const verdict = await verifyInclusion({ kind: "audit-inclusion" }, { verify: async () => false });
 * if (verdict.valid) throw new Error("a forged proof was accepted");
 * ```
 */
export async function verifyInclusion(
  proof: AuditInclusionProof | object,
  verifier: Verifier,
): Promise<AuditInclusionVerdict> {
  const { kind, schema, index, record, path, checkpoint }: Partial<Members> = { ...proof };
  if (kind !== "audit-inclusion" || schema !== 1) return refused("it is no inclusion proof of format 1");
  if (typeof record !== "string" || typeof index !== "number") return refused("it lacks the record or its position");
  const hashes = hashesOf(path);
  if (hashes === undefined) return refused("its path is no list of digests");
  const signed = await verifyCheckpoint(checkpoint, verifier);
  if (!signed.valid) return refused(`its checkpoint: ${signed.reason}`);
  const { size, root } = signed.checkpoint.body;
  const reached = Number.isSafeInteger(index) ? rootOfPath(leafHash(record), index, size, hashes) : undefined;
  if (reached === undefined) return refused(`its path is none of event ${index} of ${size}`);
  if (`sha256:${reached}` !== root) return refused("the path of this record does not lead to the signed root");
  const parsed = parseRecord(record);
  if (parsed?.index !== index) return refused("its record is of another position");
  return { valid: true, record: parsed, checkpoint: signed.checkpoint };
}

/**
 * Verifies, with a pinned key and nothing else, that the log of one checkpoint is the beginning of the log of another: nothing in it was changed
 * in between.
 *
 * @example
 * ```ts
 * import { verifyConsistency } from "sluice/ledger";
 * const verdict = await verifyConsistency({ kind: "audit-consistency" }, { verify: async () => false });
 * if (verdict.valid) throw new Error("a forged proof was accepted");
 * ```
 */
export async function verifyConsistency(
  proof: AuditConsistencyProof | object,
  verifier: Verifier,
): Promise<AuditConsistencyVerdict> {
  const { kind, schema, from, to, path }: Partial<Members> = { ...proof };
  if (kind !== "audit-consistency" || schema !== 1) return refused("it is no consistency proof of format 1");
  const hashes = hashesOf(path);
  if (hashes === undefined) return refused("its path is no list of digests");
  const [earlier, later] = [await verifyCheckpoint(from, verifier), await verifyCheckpoint(to, verifier)];
  if (!earlier.valid) return refused(`its earlier checkpoint: ${earlier.reason}`);
  if (!later.valid) return refused(`its later checkpoint: ${later.reason}`);
  const [old, now] = [earlier.checkpoint.body, later.checkpoint.body];
  if (old.log !== now.log) return refused("its checkpoints are of different logs");
  const roots = [old, now].map(({ size, root }) => ({ size, root: root.slice("sha256:".length) }));
  const [first, second] = roots;
  if (first !== undefined && second !== undefined && isConsistent(first, second, hashes)) return { valid: true };
  return refused(`the ${old.size} events of the earlier checkpoint do not begin the ${now.size} of the later one`);
}

interface Members {
  readonly kind: unknown;
  readonly schema: unknown;
  readonly index: unknown;
  readonly record: unknown;
  readonly path: unknown;
  readonly checkpoint: unknown;
  readonly from: unknown;
  readonly to: unknown;
}

function refused(reason: string): { readonly valid: false; readonly reason: string } {
  return { valid: false, reason };
}

/** A path as hexadecimal hashes; undefined for anything else. A path longer than a tree of 2^53 leaves is none. */
function hashesOf(path: unknown): readonly string[] | undefined {
  if (!Array.isArray(path) || path.length > 64) return undefined;
  const digests: readonly Digest[] = path.filter((item): item is Digest => typeof item === "string" && isDigest(item));
  return digests.length === path.length ? digests.map((digest) => digest.slice("sha256:".length)) : undefined;
}
