import type { AuditCheckpoint } from "../../contracts/audit-checkpoint.ts";
import type { OpenArtifact } from "../../contracts/artifact.ts";
import type { AuditRecord } from "../../contracts/audit-log.ts";
import type { Verifier } from "../../contracts/signer.ts";
import type { Digest } from "../../core/digest.ts";
import { membersOf } from "../../core/is-record.ts";
import { verifyInclusion } from "../../ledger/trail/audit-proofs.ts";
import { verifyCheckpoint } from "../../ledger/trail/checkpoint-text.ts";
import type { PackManifest } from "../../workflows/governance/pack-record.ts";
import { instantText } from "./certificate-lines.ts";
import type { Findings } from "./findings.ts";
import { fileAt, jsonIn } from "./json-in.ts";

/** The signed checkpoints of a pack: each follows the one before. Those that hold are told. */
export async function checkCheckpoints(
  pack: OpenArtifact,
  { log }: PackManifest,
  verifier: Verifier,
  found: Findings,
): Promise<readonly AuditCheckpoint[]> {
  const listed = await jsonIn(fileAt(pack, "checkpoints.json"));
  if (!Array.isArray(listed) || listed.length === 0) {
    found.bad("checkpoints: there is none, so that nothing of the log is signed");
    return [];
  }
  const held: AuditCheckpoint[] = [];
  for (const [at, value] of listed.entries()) {
    const verdict = await verifyCheckpoint(value, verifier);
    const fault = verdict.valid ? orderFault(verdict.checkpoint, held.at(-1), at === 0) : verdict.reason;
    if (verdict.valid) held.push(verdict.checkpoint);
    if (fault !== undefined) found.bad(`checkpoint ${at + 1} of ${listed.length}: ${fault}`);
  }
  const newest = held.at(-1);
  if (newest === undefined || held.length < listed.length) return held;
  const { size, timeMs, head } = newest.body;
  found.ok(
    `checkpoints: ${held.length}, each signed by a pinned key and following the one before; the newest of ${size} events at ${instantText(timeMs)}`,
  );
  if (size > log.events || (size === log.events && head !== log.head))
    found.bad(`log: manifest.json tells of ${log.events} events up to ${log.head}, signed were ${size} up to ${head}`);
  else if (size === log.events) found.ok(`log: its ${size} events up to ${head} are those that were signed`);
  else found.unproven(`the ${log.events - size} events after the newest checkpoint: nobody had signed them yet`);
  return held;
}

function orderFault(
  { body }: AuditCheckpoint,
  before: AuditCheckpoint | undefined,
  isFirst: boolean,
): string | undefined {
  if (isFirst) return body.previous === null ? undefined : "the one that it follows is not there";
  if (before === undefined) return undefined;
  if (body.log !== before.body.log) return "it is of another log";
  if (body.previous !== before.digest) return "it does not follow the one before it";
  return body.size >= before.body.size ? undefined : "it is of fewer events than the one before it";
}

/** An event that a proof shows to be in the log. */
export interface ProvenEvent {
  readonly record: Omit<AuditRecord, "hash">;
  /** Its stored text. */
  readonly text: string;
  readonly proof: object;
}

/** The proofs of a pack, by the position of their event. */
export async function checkProofs(
  pack: OpenArtifact,
  checkpoints: readonly AuditCheckpoint[],
  verifier: Verifier,
  found: Findings,
): Promise<ReadonlyMap<number, ProvenEvent>> {
  const known = new Set<Digest>(checkpoints.map(({ digest }) => digest));
  const proven = new Map<number, ProvenEvent>();
  const before = found.faults;
  for (const file of pack.files) {
    const index = /^models\/[^/]+\/proofs\/(\d+)\.json$/.exec(file.path)?.[1];
    if (index === undefined) continue;
    const proof = membersOf(await jsonIn(file));
    const verdict = await verifyInclusion(proof, verifier);
    if (!verdict.valid) found.bad(`proof ${file.path}: ${verdict.reason}`);
    else if (String(verdict.record.index) !== index)
      found.bad(`proof ${file.path}: it is of event ${verdict.record.index}`);
    else if (!known.has(verdict.checkpoint.digest))
      found.bad(`proof ${file.path}: its checkpoint is none of checkpoints.json`);
    else proven.set(verdict.record.index, { record: verdict.record, text: String(proof["record"]), proof });
  }
  if (found.faults === before) found.ok(`proofs: ${proven.size} decisions are in the log that a checkpoint signed`);
  return proven;
}
