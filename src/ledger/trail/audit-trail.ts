import type { AuditCheckpoint, AuditConsistencyProof, AuditInclusionProof } from "../../contracts/audit-checkpoint.ts";
import type { AuditPage, AuditSearch, AuditTrailVerdict } from "../../contracts/audit-trail.ts";
import type { AuditEvent, AuditLog } from "../../contracts/audit-log.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument, requireMade } from "../../core/known-arguments.ts";
import { requireAuditKinds } from "../audit-kinds.ts";
import type { LedgerTables } from "../ledger-migrations.ts";
import {
  consistencyPath,
  inclusionPath,
  leafHash,
  type MerkleLeaves,
  rootOfPath,
  subtreeHash,
} from "../merkle/merkle-tree.ts";
import { storedLeaves } from "../merkle/stored-leaves.ts";
import { SqlAuditLog } from "../sql-audit-log.ts";
import { type EraseOptions, erasePersonal, personalOf } from "./erase-personal.ts";
import { type RetainOptions, retainEvents } from "./retain-events.ts";
import { searchAudit } from "../search-audit.ts";
import { checkpointRows, rowText } from "./checkpoint-table.ts";
import { readCheckpoint } from "./checkpoint-text.ts";
import { type AuditTrailOptions, lastCheckpoint, takeCheckpoint } from "./take-checkpoint.ts";
import { requireTrailCall } from "./trail-calls.ts";
import { verifyTrail } from "./verify-trail.ts";

/**
 * The audit log as it is proved to others: signed checkpoints, kept by anchors outside the store too; proofs for one decision; and the
 * verification of all of it.
 */
export class AuditTrail {
  readonly #options: AuditTrailOptions;
  readonly #ledger: { readonly metadata: MetadataStore; readonly audit: AuditLog };

  /** Errors: `argument/invalid` for two anchors of one name. */
  constructor(options: AuditTrailOptions) {
    this.#options = options;
    this.#ledger = { metadata: options.metadata, audit: new SqlAuditLog(options) };
    const names = (options.anchors ?? []).map(({ name }) => name);
    if (new Set(names).size < names.length || names.some((name) => reserved.has(name)))
      throw new SluiceError("argument/invalid", {
        found: `anchors named ${names.join(", ")}`,
        expected: `different names, none of them ${[...reserved].join(" or ")}`,
        fix: "Give each anchor a name of its own: verdicts tell by it where something is wrong.",
      });
  }

  /**
   * Signs what the log is now and gives it to the anchors; the newest checkpoint where nothing was recorded since, undefined for an empty log.
   * Errors: `audit/broken` where the log contradicts what was signed before: nothing is signed then. What an anchor throws, after the others have theirs.
   */
  async checkpoint(): Promise<AuditCheckpoint | undefined> {
    return await takeCheckpoint(this.#options);
  }

  /** The events that match what is asked for, a page at a time. Errors: `audit/broken`; `argument/invalid`, as for a kind that nothing records. */
  async search(asked: AuditSearch = {}): Promise<AuditPage> {
    requireTrailCall("search", asked);
    requireAuditKinds(asked.kind);
    return await searchAudit(this.#options.metadata, asked);
  }

  /** The stored checkpoints, oldest first. Errors: `audit/broken` for one that was edited. */
  async checkpoints(): Promise<readonly AuditCheckpoint[]> {
    const found: AuditCheckpoint[] = [];
    for (const row of await checkpointRows(this.#options.metadata)) {
      const read = await readCheckpoint(rowText(row), this.#options.verifier);
      if (!read.valid) throw brokenTrail(`the stored checkpoint of ${row.size} events: ${read.reason}`);
      found.push(read.checkpoint);
    }
    return found;
  }

  /**
   * Records a decision of the host's own: its kind begins with `host.`, so that none can be taken for one of the library's.
   * Errors: `argument/invalid` for another kind, or for what is not JSON.
   */
  async record(event: AuditEvent): Promise<{ readonly index: number; readonly hash: Digest }> {
    requireMade("audit.record()", event, eventMade);
    if (!/^host\.[^\s.]/.test(event.kind))
      throw new SluiceError("argument/invalid", {
        found: `an event of the kind ${JSON.stringify(event.kind)}`,
        expected: 'a kind of your own, which begins with "host."',
        fix: 'Call it "host.…": what the library decides, it records itself.',
      });
    const { metadata, audit } = this.#ledger;
    return await metadata.write(async (tx) => await audit.append(tx, event));
  }

  /** The values about persons beside an event, by name; without those that were erased. */
  async personal(index: number): Promise<{ readonly [name: string]: JsonValue }> {
    requireArgument("audit.personal()", "index", index, "number");
    return await personalOf(this.#options.metadata, index);
  }

  /**
   * Erases the values about persons beside some events, and puts that on record; chain, checkpoints and proofs stay as they are. Answers
   * of how many events. Errors: `argument/invalid`.
   */
  async erasePersonal(indices: readonly number[], by: EraseOptions): Promise<number> {
    requireArgument("audit.erasePersonal()", "indices", indices, "list");
    requireTrailCall("erasePersonal", by);
    return await erasePersonal(this.#ledger, indices, by);
  }

  /**
   * Drops events that were kept as long as their class asks, under a new checkpoint, and puts that on record. What is left of each (its hashes) keeps
   * the chain, the checkpoints and the proofs of all others valid. Answers how many. Errors: `audit/broken` where the log does not verify:
   * nothing is dropped then; `argument/invalid` for less than six months and ten years.
   */
  async retain(asked: RetainOptions): Promise<number> {
    requireTrailCall("retain", asked);
    const verdict = await this.verify();
    if (!verdict.valid) throw brokenTrail(verdict.reason);
    await this.checkpoint();
    return await retainEvents(this.#ledger, await this.checkpoints(), this.#options.clock.nowMs(), asked);
  }

  /** Recomputes the chain and compares it with every checkpoint, those of the anchors included, and with what the `witness` has. */
  async verify(): Promise<AuditTrailVerdict> {
    const { metadata, verifier, anchors = [], witness } = this.#options;
    return await verifyTrail(metadata, verifier, anchors, await witness?.());
  }

  /**
   * The proof that an event is in the log, under the newest checkpoint; one is taken where none covers the event.
   * Errors: `argument/invalid` for a position without an event; `audit/broken` where the event is not what was signed.
   */
  async prove(index: number): Promise<AuditInclusionProof> {
    const record = await this.#record(index);
    const checkpoint = (await lastCheckpoint(this.#options, index + 1)) ?? (await this.checkpoint());
    if (checkpoint === undefined) throw brokenTrail(`no event ${index}`);
    const { size, root } = checkpoint.body;
    const leaves = await this.#leaves(checkpoint, [index]);
    const path = inclusionPath(leaves, index, size);
    if (`sha256:${rootOfPath(leafHash(record), index, size, path) ?? ""}` !== root)
      throw brokenTrail(`event ${index}, which is not the one that was signed`);
    return { kind: "audit-inclusion", schema: 1, index, record, path: path.map(digestOfHex), checkpoint };
  }

  /**
   * The proof that the log of an earlier checkpoint begins that of a later one; the newest one unless `to` is given.
   * Errors: `argument/invalid` for checkpoints in the wrong order; `audit/broken` where the log is not what was signed.
   */
  async proveConsistency(from: AuditCheckpoint, to?: AuditCheckpoint): Promise<AuditConsistencyProof> {
    requireMade("audit.proveConsistency()", from, checkpointMade);
    if (to !== undefined) requireMade("audit.proveConsistency()", to, checkpointMade);
    const later = to ?? (await this.checkpoint());
    if (later === undefined || from.body.size > later.body.size)
      throw new SluiceError("argument/invalid", {
        found: `a proof from ${from.body.size} to ${later?.body.size ?? 0} events`,
        expected: "an earlier checkpoint and a later one",
        fix: "Exchange them.",
      });
    const leaves = await this.#leaves(later, [from.body.size]);
    if (digestOfHex(subtreeHash(leaves, 0, from.body.size)) !== from.body.root)
      throw brokenTrail(`a log that does not begin with the ${from.body.size} events of the earlier checkpoint`);
    const path = consistencyPath(leaves, from.body.size, later.body.size).map(digestOfHex);
    return { kind: "audit-consistency", schema: 1, from, to: later, path };
  }

  /** Leaves that lead to the checkpoint's root; remembered tiles that do not are computed afresh. */
  async #leaves({ body }: AuditCheckpoint, near: readonly number[]): Promise<MerkleLeaves> {
    for (const afresh of [false, true]) {
      const leaves = await storedLeaves(this.#options.metadata, body.size, near, afresh);
      if (digestOfHex(subtreeHash(leaves, 0, body.size)) === body.root) return leaves;
    }
    throw brokenTrail(`events whose Merkle root is not that of the checkpoint of ${body.size} events`);
  }

  async #record(index: number): Promise<string> {
    const row = !isPosition(index)
      ? undefined
      : await this.#options.metadata.sql
          .withTables<LedgerTables>()
          .selectFrom("audit_events")
          .select("record")
          .where("position", "=", index)
          .executeTakeFirst();
    if (row !== undefined) return row.record;
    throw new SluiceError("argument/invalid", {
      found: `no audit event ${index}`,
      expected: "the index of a recorded event",
      fix: "Take it from the records that audit() returns.",
    });
  }
}

const eventMade = {
  what: "an event",
  by: '{ kind: "host.…", subject, actor, body }',
  members: { kind: "text", subject: "text", actor: "text" },
} as const;

const checkpointMade = {
  what: "a checkpoint",
  by: "audit.checkpoint() signs it",
  members: { body: "object" },
} as const;

/** Positions are small integers in every engine. */
function isPosition(index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < 2 ** 31;
}

const reserved: ReadonlySet<string> = new Set(["chain", "store", "registry"]);

function digestOfHex(hash: string): Digest {
  return `sha256:${hash}`;
}

function brokenTrail(found: string): SluiceError {
  return new SluiceError("audit/broken", {
    found,
    expected: "the events that were signed",
    fix: "Run verifyAudit(): it names what was changed.",
  });
}
