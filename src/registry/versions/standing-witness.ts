import type { AuditFault, AuditWitness, PassedEvent } from "../../contracts/audit-trail.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { isSluiceError } from "../../core/errors.ts";
import { membersOf } from "../../core/is-record.ts";
import { type OptionNames, requireParts } from "../../core/known-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readCounters } from "./model-row.ts";
import { everyStanding } from "./standing-blocks.ts";
import { type Standing, verifiedStanding, type VersionStanding } from "./standing.ts";
import { standingKinds } from "./standing-in-log.ts";
import { versionSubject } from "./version-key.ts";

/** What a {@link StandingWitness} is wired with. */
export interface StandingWitnessOptions {
  readonly metadata: MetadataStore;
  readonly verifier: Verifier;
}

const optionNames: OptionNames<StandingWitnessOptions> = { metadata: "required", verifier: "required" };

interface Told {
  readonly kind: string;
  readonly revision: unknown;
}

/**
 * Compares the audit log with where the registry signed that versions stand: of each revision of a model the log tells once, the newest record about a version tells of
 * where it stands, and the log leads over what it was when that was signed. So a model that was put back to an earlier day by itself is found, and so are records that
 * were added or cut off, by no more than the store. For an `AuditTrail` that is wired by hand: a workspace has it.
 *
 * @example
 * ```ts no-run
 * import { AuditTrail } from "sluice/ledger";
 * import { StandingWitness } from "sluice/registry";
 * const trail = new AuditTrail({ ...parts, witness: async () => new StandingWitness(parts) });
 * console.log((await trail.verify()).valid);
 * ```
 */
export class StandingWitness implements AuditWitness {
  readonly #options: StandingWitnessOptions;
  readonly #before: Map<string, Standing> = new Map();
  readonly #faults: AuditFault[] = [];
  /** How many records tell of a revision, by model. */
  readonly #told: Map<string, number> = new Map();
  /** The newest record that moved a version, by its subject. */
  readonly #newest: Map<string, Told> = new Map();
  /** By the last of the events that standings were signed over: the models. */
  readonly #over: Map<number, Standing[]> = new Map();
  /** Models whose standing cannot be believed. */
  readonly #unbelieved: Set<string> = new Set();
  #dropped: number = 0;

  /** Errors: `argument/invalid` for what it cannot be wired from. */
  constructor(options: StandingWitnessOptions) {
    requireParts("new StandingWitness(options)", options, optionNames);
    this.#options = options;
  }

  async begin(): Promise<void> {
    for (const standing of await this.#standings()) {
      this.#before.set(standing.model, standing);
      if (standing.log === undefined) continue;
      const last = standing.log.events - 1;
      this.#over.set(last, [...(this.#over.get(last) ?? []), standing]);
    }
  }

  /** Counts what an event tells of a model's revisions, and where its versions stand. */
  visit({ index, hash, record }: PassedEvent): void {
    for (const { log, model } of this.#over.get(index) ?? [])
      if (log?.hash !== hash)
        this.#fault(
          model,
          index,
          `was signed over other events than the ${index + 1} that are there: they were replaced`,
        );
    if (record === undefined) {
      this.#dropped += 1;
      return;
    }
    const { kind, subject, body } = record;
    const told = standingKinds.has(kind);
    if (!told && kind !== "version.archived") return;
    const model = subject.slice(0, subject.lastIndexOf("@"));
    if (told) this.#told.set(model, (this.#told.get(model) ?? 0) + 1);
    if (kind === "version.promoted" || kind === "version.archived")
      this.#newest.set(subject, { kind, revision: membersOf(body)["revision"] });
  }

  async end(): Promise<readonly AuditFault[]> {
    const after = new Map<string, number>();
    for (const { model, revision } of await this.#standings(false)) after.set(model, revision);
    for (const model of new Set([...this.#before.keys(), ...this.#told.keys()])) {
      if (this.#unbelieved.has(model)) continue;
      const told = this.#told.get(model) ?? 0;
      const [from, to] = [this.#before.get(model)?.revision ?? 0, after.get(model) ?? 0];
      if (told > to)
        this.#fault(
          model,
          null,
          `is of revision ${to}, and ${told} audit records tell of one each: it was put back, or records were added`,
        );
      else if (told + this.#dropped < from)
        this.#fault(
          model,
          null,
          `is of revision ${from}, and ${told} audit records tell of one each: the others are gone`,
        );
      else if (told === from) await this.#compare(this.#before.get(model));
    }
    return this.#faults;
  }

  /** Where the versions of a model stand, and where the log says so; nothing came between. */
  async #compare(standing: Standing | undefined): Promise<void> {
    if (standing === undefined) return;
    const { model } = standing;
    for (const { version, revision, stage } of await this.#versionsOf(standing)) {
      const subject = versionSubject({ name: model, version });
      const told = this.#newest.get(subject);
      if (
        told === undefined ||
        told.revision !== revision ||
        (told.kind === "version.archived" && stage !== "archived")
      )
        this.#fault(
          model,
          null,
          `says that ${subject} is "${stage}" at revision ${revision}; its newest audit record tells another`,
        );
    }
  }

  /** Where the versions of a standing stand; a fault where its blocks are not those that were signed, unless the model has moved since. */
  async #versionsOf(standing: Standing): Promise<readonly VersionStanding[]> {
    const sql = this.#options.metadata.sql.withTables<RegistryTables>();
    try {
      return await everyStanding(sql, standing);
    } catch (error) {
      if (!isSluiceError(error)) throw error;
      const { revision } = await readCounters(sql, standing.model);
      if (revision === standing.revision) this.#faults.push({ where: "registry", index: null, reason: error.found });
      return [];
    }
  }

  #fault(model: string, index: number | null, what: string): void {
    this.#faults.push({ where: "registry", index, reason: `the signed standing of the model "${model}" ${what}` });
  }

  /** Every standing there is, in one statement; those that cannot be believed are faults, the first time. */
  async #standings(isFirst: boolean = true): Promise<readonly Standing[]> {
    const { metadata, verifier } = this.#options;
    const rows = await metadata.sql
      .withTables<RegistryTables>()
      .selectFrom("registry_standing as s")
      .leftJoin("registry_model as m", "m.model", "s.model")
      .select(["s.model", "s.body", "s.key_id", "s.signature", "m.revision"])
      .orderBy("s.model")
      .execute();
    const standings: Standing[] = [];
    for (const row of rows) {
      try {
        standings.push(await verifiedStanding(row, row.model, row.revision ?? 0, verifier));
      } catch (error) {
        if (!isSluiceError(error)) throw error;
        if (isFirst) this.#faults.push({ where: "registry", index: null, reason: error.found });
        this.#unbelieved.add(row.model);
      }
    }
    return standings;
  }
}
