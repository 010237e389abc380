import type { AuditCheckpoint } from "../../contracts/audit-checkpoint.ts";
import type { AuditFault } from "../../contracts/audit-trail.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import { isSluiceError } from "../../core/errors.ts";
import { subtreeHash } from "../merkle/merkle-tree.ts";
import { storedLeaves } from "../merkle/stored-leaves.ts";
import { personalDigest, personalRows } from "../personal-data.ts";
import type { ChainEvent } from "../verify-chain.ts";
import { leastKeptMs } from "./retention-class.ts";
import { erasedKind, indexRanges, type IndexRange, retainedKind } from "./index-ranges.ts";

/** Checks what lies beside the chain: values about persons, and what was left of dropped events. */
export class BesideCheck {
  readonly #metadata: MetadataStore;
  readonly #personal: Map<number, { readonly [name: string]: string }> = new Map();
  readonly #erased: IndexRange[] = [];
  readonly #retained: { readonly range: IndexRange; readonly timeMs: number }[] = [];
  readonly #dropped: number[] = [];
  /** By dropped events: no later than this, since the next one that was kept was. */
  readonly #latestMs: Map<number, number> = new Map();
  readonly #unbounded: number[] = [];

  constructor(metadata: MetadataStore) {
    this.#metadata = metadata;
  }

  visit({ index, record }: ChainEvent): void {
    if (record === undefined) {
      this.#dropped.push(index);
      this.#unbounded.push(index);
      return;
    }
    for (const dropped of this.#unbounded.splice(0)) this.#latestMs.set(dropped, record.timeMs);
    if (record.personal !== undefined) this.#personal.set(index, record.personal);
    if (record.kind === erasedKind) this.#erased.push(...indexRanges(record.body));
    if (record.kind === retainedKind)
      for (const range of indexRanges(record.body)) this.#retained.push({ range, timeMs: record.timeMs });
  }

  /** What is wrong, given the stored checkpoints by size. */
  async end(signed: readonly AuditCheckpoint[]): Promise<readonly AuditFault[]> {
    return [...(await this.#personalFaults()), ...(await this.#droppedFaults(signed))];
  }

  async #personalFaults(): Promise<readonly AuditFault[]> {
    const faults: AuditFault[] = [];
    const rows = await personalRows(this.#metadata);
    const kept = new Set(rows.map(({ position, name }) => `${position} ${name}`));
    for (const row of rows)
      if (this.#personal.get(row.position)?.[row.name] !== personalDigest(row))
        faults.push(
          fault(row.position, `the value "${row.name}" beside event ${row.position} is not the one that was recorded`),
        );
    for (const [index, digests] of this.#personal)
      for (const name of Object.keys(digests))
        if (!kept.has(`${index} ${name}`) && !isIn(this.#erased, index))
          faults.push(fault(index, `the value "${name}" beside event ${index} is gone, and no erasure is on record`));
    return faults;
  }

  /** Events may be gone only by a retention that is on record, and if the signed root still follows from what was left of them. */
  async #droppedFaults(signed: readonly AuditCheckpoint[]): Promise<readonly AuditFault[]> {
    const last = this.#dropped.at(-1);
    if (last === undefined) return [];
    for (const index of this.#dropped) {
      const retained = this.#retained.findLast(({ range }) => isIn([range], index));
      if (retained === undefined)
        return [fault(index, `event ${index} is gone, and no retention is on record that dropped it`)];
      const covered = signed.find(({ body }) => body.size > index)?.body.timeMs ?? Number.POSITIVE_INFINITY;
      const latestMs = Math.min(covered, this.#latestMs.get(index) ?? Number.POSITIVE_INFINITY);
      if (latestMs > retained.timeMs - leastKeptMs.log)
        return [fault(index, `event ${index} was dropped, and nothing shows that it was six months old by then`)];
    }
    const checkpoint = signed.find(({ body }) => body.size > last);
    if (checkpoint === undefined) return [fault(last, `event ${last} was dropped, and no checkpoint covers it`)];
    const { size, root } = checkpoint.body;
    const found = await this.#rootOf(size);
    if (found === root) return [];
    return [
      fault(
        this.#dropped[0] ?? 0,
        `what was left of dropped events does not lead to the signed root over ${size} events: it was edited, or events before it were`,
      ),
    ];
  }

  async #rootOf(size: number): Promise<string | undefined> {
    try {
      return `sha256:${subtreeHash(await storedLeaves(this.#metadata, size, [], true), 0, size)}`;
    } catch (error) {
      if (isSluiceError(error, "audit/broken")) return undefined;
      throw error;
    }
  }
}

function fault(index: number, reason: string): AuditFault {
  return { where: "chain", index, reason };
}

function isIn(ranges: readonly IndexRange[], index: number): boolean {
  return ranges.some(([from, to]) => index >= from && index < to);
}
