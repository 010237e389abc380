import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { OnlineStore } from "../../contracts/online-store.ts";
import type { Clock } from "../../core/clock.ts";
import { SluiceError } from "../../core/errors.ts";
import { uuidV7Ids } from "../../core/ids.ts";
import type { FeaturesTables } from "./features-migrations.ts";
import { type LoadedRange, type MaterializationState, parseRange, rangeText } from "./loaded-range.ts";

/** What a {@link MaterializationLog} is made of. */
export interface MaterializationLogOptions {
  readonly metadata: MetadataStore;
  readonly online: OnlineStore;
  readonly clock: Clock;
}

/** Which view in which online store, and who works on it. */
export interface Claim {
  readonly view: string;
  readonly store: string;
  readonly owner: string;
  readonly leaseMs: number;
  readonly state: MaterializationState;
}

/** How long after its last materialization the state of a view in a store is kept, where another store comes up. */
const forgottenAfterMs = 30 * 86_400_000;

/** The pseudo-view under which an online store keeps its own name and, by view hash, the generation of what was loaded last. */
const marks = "sluice.materialized";

/**
 * The durable state of materialization, by view hash and online store. One owner at a time has a view's lease; what another one
 * writes is refused. The online store carries marks of its own, so that a store that was emptied, replaced or put back from a
 * backup is never taken for the one that was filled.
 */
export class MaterializationLog {
  readonly #options: MaterializationLogOptions;
  readonly #newId: () => string;
  /** Until when a lease lasts as far as this process knows, epoch ms. */
  readonly #leases = new WeakMap<Claim, number>();
  #store: Promise<string> | undefined;

  constructor(options: MaterializationLogOptions) {
    this.#options = options;
    this.#newId = uuidV7Ids(options.clock);
  }

  /** Takes the lease of a view. Errors: `features/busy` while another has it. */
  async claim(view: string, leaseMs: number): Promise<Claim> {
    const { metadata, clock } = this.#options;
    const store = await this.#storeName();
    const owner = this.#newId();
    let untilMs = 0;
    const row = await metadata.write(async (tx) => {
      await tx.lock("features");
      const sql = tx.sql.withTables<FeaturesTables>();
      const nowMs = clock.nowMs();
      untilMs = nowMs + leaseMs;
      const lease = { owner, lease_until_ms: untilMs };
      const known = await sql
        .selectFrom("feature_materialization")
        .selectAll()
        .where("view", "=", view)
        .where("store", "=", store)
        .executeTakeFirst();
      if (known === undefined) {
        // Stores in memory come and go: what was long not filled is forgotten, and would be filled anew.
        await sql
          .deleteFrom("feature_materialization")
          .where("view", "=", view)
          .where("lease_until_ms", "<", nowMs - forgottenAfterMs)
          .execute();
        await sql
          .insertInto("feature_materialization")
          .values({ view, store, ...lease, loaded: null, part: null })
          .execute();
      } else {
        if (known.lease_until_ms > nowMs) throw busy(view, known.lease_until_ms);
        await sql
          .updateTable("feature_materialization")
          .set(lease)
          .where("view", "=", view)
          .where("store", "=", store)
          .execute();
      }
      return known;
    });
    const lease = { view, store, owner, leaseMs };
    try {
      const claim: Claim = { ...lease, state: await this.#stateOf(view, row) };
      this.#leases.set(claim, untilMs);
      return claim;
    } catch (error) {
      await this.release(lease).catch(() => undefined);
      throw error;
    }
  }

  /** What the last materialization of a view that ended has loaded into this online store. */
  async loaded(view: string): Promise<LoadedRange | undefined> {
    const store = await this.#storeName();
    const row = await this.#options.metadata.sql
      .withTables<FeaturesTables>()
      .selectFrom("feature_materialization")
      .select(["loaded", "part"])
      .where("view", "=", view)
      .where("store", "=", store)
      .executeTakeFirst();
    return (await this.#stateOf(view, row)).loaded;
  }

  /** Renews the lease. Errors: `features/busy` where it was lost. */
  async renew(claim: Claim): Promise<void> {
    await this.#asOwner(claim, {}, { renew: true });
  }

  /** Renews the lease where it may have run out: after a process stood still, it may be another's. Errors: `features/busy` where it was lost. */
  async confirm(claim: Claim): Promise<void> {
    if (this.#options.clock.nowMs() >= (this.#leases.get(claim) ?? 0)) await this.renew(claim);
  }

  /** Records how far an unfinished load has come, and renews the lease. Errors: `features/busy` where it was lost. */
  async savePart(claim: Claim, part: LoadedRange): Promise<void> {
    await this.#asOwner(claim, { part: rangeText(part) }, { renew: true });
  }

  /** Records what is loaded now, in the online store first: were only the metadata to know, a lost store would be trusted. */
  async complete(claim: Claim, loaded: Omit<LoadedRange, "generation">): Promise<void> {
    const generation = claim.state.generation + 1;
    const mark = { key: claim.view, eventTimeMs: generation, knownTimeMs: 0, bytes: new Uint8Array(0) };
    await this.#options.online.writeRows(marks, [mark]);
    await this.#asOwner(claim, { loaded: rangeText({ ...loaded, generation }), part: null });
  }

  /**
   * Under the lease of a view: if that is still `due`, forgets what was loaded, and then does what makes it true. Answers whether it did.
   * Errors: `features/busy` while another loads it.
   */
  async forget(view: string, due: () => Promise<boolean>, work: () => Promise<void>): Promise<boolean> {
    const claim = await this.claim(view, 30_000);
    try {
      if (!(await due())) return false;
      await this.#asOwner(claim, { loaded: null, part: null });
      await work();
      return true;
    } finally {
      await this.release(claim);
    }
  }

  /** Gives the lease up. That it was lost already is no error. */
  async release({ view, store, owner }: Omit<Claim, "state">): Promise<void> {
    await this.#options.metadata.write(async (tx) => {
      await tx.sql
        .withTables<FeaturesTables>()
        .updateTable("feature_materialization")
        .set({ lease_until_ms: this.#options.clock.nowMs() })
        .where("view", "=", view)
        .where("store", "=", store)
        .where("owner", "=", owner)
        .execute();
    });
  }

  async #asOwner(
    claim: Claim,
    change: Partial<FeaturesTables["feature_materialization"]>,
    { renew }: { readonly renew: boolean } = { renew: false },
  ): Promise<void> {
    const { view, store, owner } = claim;
    const untilMs = this.#options.clock.nowMs() + claim.leaseMs;
    const set = renew ? { ...change, lease_until_ms: untilMs } : change;
    const changed = await this.#options.metadata.write(async (tx) => {
      await tx.lock("features");
      const { numUpdatedRows } = await tx.sql
        .withTables<FeaturesTables>()
        .updateTable("feature_materialization")
        .set(set)
        .where("view", "=", view)
        .where("store", "=", store)
        .where("owner", "=", owner)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    });
    if (!changed) throw busy(view, undefined);
    if (renew) this.#leases.set(claim, untilMs);
  }

  async #stateOf(
    view: string,
    row: { readonly loaded: string | null; readonly part: string | null } | undefined,
  ): Promise<MaterializationState> {
    const [mark] = await this.#options.online.readRows(marks, [view]);
    const marked = mark?.eventTimeMs ?? 0;
    const loaded = parseRange(row?.loaded ?? null, view);
    const part = parseRange(row?.part ?? null, view);
    const known = Math.max(loaded?.generation ?? 0, part?.generation ?? 0);
    // A mark behind the record: the store is an older one than the record speaks of.
    if (marked < known) return { generation: known, loaded: undefined, part: undefined };
    return { generation: marked, loaded, part };
  }

  /** The online store's own name, given to it at first sight; of two that give it one, the first wins. */
  #storeName(): Promise<string> {
    this.#store ??= this.#nameStore().catch((error: unknown) => {
      this.#store = undefined; // the next use tries again
      throw error;
    });
    return this.#store;
  }

  async #nameStore(): Promise<string> {
    const { online } = this.#options;
    const key = "store";
    const [known] = await online.readRows(marks, [key]);
    if (known !== undefined) return new TextDecoder().decode(known.bytes);
    const bytes = new TextEncoder().encode(this.#newId());
    await online.writeRows(marks, [{ key, eventTimeMs: 0, knownTimeMs: 0, bytes }]);
    const [named] = await online.readRows(marks, [key]);
    return new TextDecoder().decode(named?.bytes ?? bytes);
  }
}

function busy(view: string, untilMs: number | undefined): SluiceError {
  return new SluiceError("features/busy", {
    found:
      untilMs === undefined
        ? `a materialization of view ${view} that lost its lease to another one`
        : `another materialization of view ${view}, whose lease ends at ${new Date(untilMs).toISOString()}`,
    expected: "one materialization of a view at a time",
    fix: "Materialize again when the other one has ended, or pass wait: true.",
  });
}
