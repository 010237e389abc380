import type { AuditAnchor } from "../../contracts/audit-anchor.ts";
import type { AuditVerdict } from "../../contracts/audit-log.ts";
import type {
  AnchorReport,
  AuditFault,
  AuditTrailVerdict,
  AuditWarning,
  AuditWitness,
} from "../../contracts/audit-trail.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { RetirementCheck } from "../retired-keys.ts";
import { type ChainEvent, verifyChain } from "../verify-chain.ts";
import { BesideCheck } from "./beside-check.ts";
import { type Claim, knownCheckpoints } from "./known-checkpoints.ts";

/** Clocks of machines differ, and are set right: less than this is no warning. */
const clockToleranceMs = 5 * 60_000;
const mostWarnings = 100;

/** Recomputes the chain and compares it with every signed checkpoint that the store and the anchors keep, and with what a witness has. */
export async function verifyTrail(
  metadata: MetadataStore,
  verifier: Verifier,
  anchors: readonly AuditAnchor[],
  witness?: AuditWitness,
): Promise<AuditTrailVerdict> {
  // First what was signed, then the chain: so the chain is at least as long.
  await witness?.begin();
  const { claims, faults } = await knownCheckpoints(metadata, verifier, anchors);
  const check = new ClaimCheck(claims);
  const beside = new BesideCheck(metadata);
  const retirements = new RetirementCheck(verifier);
  const chain = await verifyChain(metadata, (event) => {
    check.visit(event);
    retirements.visit(event);
    beside.visit(event);
    witness?.visit(event);
  });
  const signed = claims.filter(({ where }) => where === "store").map(({ checkpoint }) => checkpoint);
  const retired = await retirements.end();
  const all = [
    ...chainFaults(chain),
    ...retired.faults,
    ...check.end(chain),
    ...(await beside.end(signed)),
    ...faults,
    // Where the chain itself is broken, what comes after was not looked at.
    ...(chain.valid ? ((await witness?.end()) ?? []) : []),
  ];
  const about = {
    events: chain.events,
    checkpoints: signed.length,
    anchors: anchors.map((anchor) => anchorReport(anchor, claims)),
    unanchored: chain.events - check.anchoredEvents(),
    warnings: [...retired.warnings, ...check.warnings],
  };
  const [first] = all;
  if (chain.valid && first === undefined) return { valid: true, head: chain.head, ...about };
  const indices = all.flatMap(({ index }) => (index === null ? [] : [index]));
  const firstBroken = indices.length === 0 ? chain.events : Math.min(...indices);
  const named = all.find(({ index }) => index === firstBroken) ?? first;
  const reason = named === undefined ? "" : `${named.where}: ${named.reason}`;
  return { valid: false, firstBroken, reason, faults: all, ...about };
}

function chainFaults(chain: AuditVerdict): readonly AuditFault[] {
  return chain.valid ? [] : [{ where: "chain", index: chain.firstBroken, reason: chain.reason }];
}

function anchorReport({ name, capabilities }: AuditAnchor, claims: readonly Claim[]): AnchorReport {
  const own = claims.filter(({ where }) => where === name);
  return {
    name,
    checkpoints: own.length,
    events: capabilities.readable ? (own.at(-1)?.checkpoint.body.size ?? 0) : null,
  };
}

/** Compares the events, as they pass, with what was signed of them. */
class ClaimCheck {
  readonly warnings: AuditWarning[] = [];
  readonly #claims: readonly Claim[];
  readonly #faults: AuditFault[] = [];
  #next: number = 0;
  /** By who keeps the checkpoints: up to here the chain is what was signed. */
  readonly #agreed: Map<string, number> = new Map();
  #log: string | undefined;
  #latestMs: number = Number.NEGATIVE_INFINITY;

  constructor(claims: readonly Claim[]) {
    this.#claims = claims;
  }

  visit(event: ChainEvent): void {
    this.#log ??= event.hash;
    if (event.record !== undefined) this.#clock(event.record);
    for (let claim = this.#claims[this.#next]; claim?.checkpoint.body.size === event.index + 1; ) {
      this.#compare(claim, event);
      this.#next += 1;
      claim = this.#claims[this.#next];
    }
  }

  #clock(record: { readonly index: number; readonly timeMs: number }): void {
    if (record.timeMs < this.#latestMs - clockToleranceMs && this.warnings.length < mostWarnings) {
      const reason = `event ${record.index} claims ${new Date(record.timeMs).toISOString()}, but what was recorded or signed before it ${new Date(this.#latestMs).toISOString()}: the clock was turned back`;
      this.warnings.push({ index: record.index, reason });
    }
    this.#latestMs = Math.max(this.#latestMs, record.timeMs);
  }

  #compare({ where, checkpoint }: Claim, event: ChainEvent): void {
    const { size, head, log, timeMs } = checkpoint.body;
    this.#latestMs = Math.max(this.#latestMs, timeMs);
    if (log !== this.#log) {
      const reason = `the ${size} events are of another log than the one that was signed at ${instant(timeMs)}: the log was replaced, or the checkpoint is not this one's`;
      this.#fault(where, 0, reason);
      return;
    }
    const agreed = this.#agreed.get(where) ?? 0;
    if (head === event.hash) {
      this.#agreed.set(where, size);
      return;
    }
    const reason = `events ${agreed} to ${size - 1} are not those that were signed at ${instant(timeMs)}: they were replaced, and the chain made to fit`;
    this.#fault(where, agreed, reason);
  }

  /** What is wrong with the claims, those of a longer log included. */
  end(chain: AuditVerdict): readonly AuditFault[] {
    // Where the chain itself is broken, what comes after was not looked at.
    if (
      !chain.valid &&
      this.#claims.some(({ checkpoint }) => checkpoint.body.size > chain.events) &&
      chain.firstBroken < chain.events
    )
      return this.#faults;
    for (const { where, checkpoint } of this.#claims.slice(this.#next)) {
      const { size, timeMs } = checkpoint.body;
      this.#fault(
        where,
        chain.events,
        `${size} events were signed at ${instant(timeMs)}, and ${chain.events} are there: the end was cut off, or the store was put back to an earlier state`,
      );
    }
    return this.#faults;
  }

  /** Up to here the chain is what an anchor keeps. */
  anchoredEvents(): number {
    return Math.max(0, ...[...this.#agreed].map(([where, size]) => (where === "store" ? 0 : size)));
  }

  #fault(where: string, index: number, reason: string): void {
    this.#faults.push({ where, index, reason });
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
