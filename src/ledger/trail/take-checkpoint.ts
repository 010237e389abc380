import type { AuditAnchor } from "../../contracts/audit-anchor.ts";
import type { AuditCheckpoint, AuditCheckpointBody } from "../../contracts/audit-checkpoint.ts";
import type { AuditWitness } from "../../contracts/audit-trail.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { Signer, Verifier } from "../../contracts/signer.ts";
import type { Clock } from "../../core/clock.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { subtreeHash } from "../merkle/merkle-tree.ts";
import { type LoadedLeaves, storedLeaves } from "../merkle/stored-leaves.ts";
import { hashAt, verifyChain } from "../verify-chain.ts";
import {
  anchoredSizes,
  checkpointRows,
  markAnchored,
  newestRow,
  rowText,
  storeCheckpoint,
} from "./checkpoint-table.ts";
import { readCheckpoint, signCheckpoint } from "./checkpoint-text.ts";

/** What an audit trail is wired with. */
export interface AuditTrailOptions {
  readonly metadata: MetadataStore;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly verifier: Verifier;
  /** Where checkpoints are kept besides the store. @default none */
  readonly anchors?: readonly AuditAnchor[];
  /** Makes what each verification compares the log with besides, as a `StandingWitness` of the registry. @default nothing */
  readonly witness?: () => Promise<AuditWitness>;
}

/**
 * Signs what the log is now, unless that is signed already, stores it and gives it to the anchors. Nothing is signed over a chain that is
 * broken after the last checkpoint, or that contradicts a checkpoint of the store or of an anchor. Undefined for a log without events.
 */
export async function takeCheckpoint(options: AuditTrailOptions): Promise<AuditCheckpoint | undefined> {
  const { metadata } = options;
  const last = await lastCheckpoint(options);
  await requireAnchorsAgree(options);
  const state = await chainSince(metadata, last);
  if (state.size === 0) return undefined;
  if (last !== undefined && last.body.size === state.size) {
    await anchorAll(options);
    return last;
  }
  const { leaves, root } = await currentRoot(metadata, state.size, last);
  const now = options.clock.nowMs();
  const body: AuditCheckpointBody = {
    kind: "audit-checkpoint",
    schema: 1,
    log: last?.body.log ?? (await requireHash(metadata, 0)),
    size: state.size,
    head: state.head,
    root: `sha256:${root}`,
    timeMs: Math.max(now, last?.body.timeMs ?? now),
    previous: last?.digest ?? null,
  };
  await storeCheckpoint(metadata, await signCheckpoint(options.signer, body), leaves.computed);
  await anchorAll(options);
  return await lastCheckpoint(options);
}

/** The newest stored checkpoint, verified. Errors: `audit/broken`. */
export async function lastCheckpoint(
  { metadata, verifier }: AuditTrailOptions,
  atLeast: number = 0,
): Promise<AuditCheckpoint | undefined> {
  const row = await newestRow(metadata, atLeast);
  if (row === undefined) return undefined;
  const read = await readCheckpoint(rowText(row), verifier);
  if (read.valid && read.checkpoint.body.size === row.size) return read.checkpoint;
  throw broken(
    `the stored checkpoint of ${row.size} events: ${read.valid ? "it was signed for another size" : read.reason}`,
  );
}

/** Gives every anchor the checkpoints that it has not taken; fails only after all others have theirs. */
async function anchorAll({ metadata, anchors = [] }: AuditTrailOptions): Promise<void> {
  const failures: unknown[] = [];
  for (const anchor of anchors) {
    const taken = await anchoredSizes(metadata, anchor.name);
    const missing = (await checkpointRows(metadata)).filter(({ size }) => !taken.has(size));
    try {
      for (const row of missing) {
        await anchor.put(rowText(row));
        await markAnchored(metadata, anchor.name, row.size);
      }
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** The newest checkpoint of each anchor must be of this chain. */
async function requireAnchorsAgree({ metadata, verifier, anchors = [] }: AuditTrailOptions): Promise<void> {
  for (const anchor of anchors) {
    let newest: AuditCheckpoint | undefined;
    for (const { text } of await anchor.list()) {
      const read = await readCheckpoint(text, verifier);
      if (read.valid && read.checkpoint.body.size > (newest?.body.size ?? 0)) newest = read.checkpoint;
    }
    if (newest === undefined) continue;
    const { size, head } = newest.body;
    if ((await hashAt(metadata, size - 1)) !== head)
      throw broken(`a log of which ${anchor.name} keeps another signed state (${size} events)`);
  }
}

async function chainSince(
  metadata: MetadataStore,
  last: AuditCheckpoint | undefined,
): Promise<{ readonly size: number; readonly head: Digest }> {
  const from = last === undefined ? undefined : { index: last.body.size, hash: last.body.head };
  if (from !== undefined && (await hashAt(metadata, from.index - 1)) !== from.hash)
    throw broken(`a log whose first ${from.index} events are not those of the last checkpoint`);
  const verdict = await verifyChain(metadata, () => undefined, from);
  if (!verdict.valid) throw broken(verdict.reason);
  return { size: verdict.events, head: verdict.head ?? chainless };
}

/** Never signed: a log without events has no checkpoint. */
const chainless: Digest = "sha256:";

/** The root now; remembered tiles are believed only if they lead to the root of the last checkpoint. */
async function currentRoot(
  metadata: MetadataStore,
  size: number,
  last: AuditCheckpoint | undefined,
): Promise<{ readonly leaves: LoadedLeaves; readonly root: string }> {
  for (const afresh of [false, true]) {
    const leaves = await storedLeaves(metadata, size, last === undefined ? [] : [last.body.size], afresh);
    if (last === undefined || `sha256:${subtreeHash(leaves, 0, last.body.size)}` === last.body.root)
      return { leaves, root: subtreeHash(leaves, 0, size) };
  }
  throw broken("events whose Merkle root is not the one of the last checkpoint");
}

async function requireHash(metadata: MetadataStore, index: number): Promise<Digest> {
  const hash = await hashAt(metadata, index);
  if (hash === undefined) throw broken(`no event ${index}`);
  return hash;
}

function broken(found: string): SluiceError {
  return new SluiceError("audit/broken", {
    found,
    expected: "an audit log that continues the last signed checkpoint",
    fix: "Run verifyAudit(): it names what was changed. Nothing is signed over a log that was changed.",
  });
}
