import type { AuditAnchor } from "../../contracts/audit-anchor.ts";
import type { AuditCheckpoint } from "../../contracts/audit-checkpoint.ts";
import type { AuditFault } from "../../contracts/audit-trail.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { anchoredSizes, checkpointRows, rowText } from "./checkpoint-table.ts";
import { readCheckpoint } from "./checkpoint-text.ts";

/** What one place says the log was: a signed checkpoint, and who keeps it. */
export interface Claim {
  /** `store`, or an anchor's name. */
  readonly where: string;
  readonly checkpoint: AuditCheckpoint;
}

/** What all places say, and what is wrong with what they keep. */
export interface KnownCheckpoints {
  /** By size, the smallest first. */
  readonly claims: readonly Claim[];
  readonly faults: readonly AuditFault[];
}

/** Reads and verifies every checkpoint that the store and the anchors keep, and compares what each has with what it should have. */
export async function knownCheckpoints(
  metadata: MetadataStore,
  verifier: Verifier,
  anchors: readonly AuditAnchor[],
): Promise<KnownCheckpoints> {
  const claims: Claim[] = [];
  const faults: AuditFault[] = [];
  for (const row of await checkpointRows(metadata)) {
    const read = await readCheckpoint(rowText(row), verifier);
    if (!read.valid)
      faults.push({ where: "store", index: null, reason: `the checkpoint of ${row.size} events: ${read.reason}` });
    else if (read.checkpoint.body.size !== row.size)
      faults.push({
        where: "store",
        index: null,
        reason: `the checkpoint of ${row.size} events was signed for ${read.checkpoint.body.size}`,
      });
    else claims.push({ where: "store", checkpoint: read.checkpoint });
  }
  for (const anchor of anchors) {
    if (!anchor.capabilities.readable) continue;
    const kept = await anchorClaims(anchor, verifier, faults);
    claims.push(...kept);
    const sizes = new Set(kept.map(({ checkpoint }) => checkpoint.body.size));
    for (const size of await anchoredSizes(metadata, anchor.name))
      if (!sizes.has(size))
        faults.push({
          where: anchor.name,
          index: null,
          reason: `it has taken the checkpoint of ${size} events and keeps it no more: its content was edited or replaced`,
        });
  }
  claims.sort((a, b) => a.checkpoint.body.size - b.checkpoint.body.size);
  faults.push(...missingFromStore(claims));
  return { claims, faults };
}

async function anchorClaims(anchor: AuditAnchor, verifier: Verifier, faults: AuditFault[]): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  for (const { where, text } of await anchor.list()) {
    const read = await readCheckpoint(text, verifier);
    if (read.valid) claims.push({ where: anchor.name, checkpoint: read.checkpoint });
    else faults.push({ where: anchor.name, index: null, reason: `${where}: ${read.reason}` });
  }
  return claims;
}

/** Checkpoints that anchors keep, or that later ones follow, and the store has not: it was put back, or they were deleted from it. */
function missingFromStore(claims: readonly Claim[]): readonly AuditFault[] {
  const stored = new Set(claims.filter(({ where }) => where === "store").map(({ checkpoint }) => checkpoint.digest));
  const faults = new Map<string, AuditFault>();
  for (const { where, checkpoint } of claims) {
    const { digest, body } = checkpoint;
    if (!stored.has(digest))
      faults.set(digest, {
        where: "store",
        index: null,
        reason: `the checkpoint of ${body.size} events that ${where} keeps is not there: it was deleted, or the store was put back to an earlier state`,
      });
    if (body.previous !== null && !stored.has(body.previous) && !faults.has(body.previous))
      faults.set(body.previous, {
        where: "store",
        index: null,
        reason: `the checkpoint that the one of ${body.size} events follows is not there: it was deleted`,
      });
  }
  return [...faults.values()];
}
