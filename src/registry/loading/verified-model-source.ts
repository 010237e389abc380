import type { CertifiedModel, ModelSource } from "../../contracts/model-source.ts";
import { SluiceError } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { loadedText } from "./loaded-text.ts";
import { presentChallenger } from "./present-challenger.ts";
import { presentChampion } from "./present-champion.ts";
import { type RegistryOptions, requireRegistryParts } from "../registry-options.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";
import { type ModelCounters, readCounters } from "../versions/model-row.ts";
import { requireModelName, requireVersionKey, versionNotFound, versionSubject } from "../versions/version-key.ts";
import { type StoredVersion, verifiedVersion } from "../versions/version-table.ts";
import { type KnownRecords, verifiedRecord } from "./verified-record.ts";
import { loadConditions } from "./load-conditions.ts";
import { type LoadedMoment, readLoaded } from "./loaded-moment.ts";
import { RecordedLoads } from "./recorded-loads.ts";
import { verifiedAlias } from "./verified-alias.ts";
import { whileSettled } from "./while-settled.ts";

/** Gives versions to serving, and nothing that is not certified: everything is verified at every call. */
export class VerifiedModelSource implements ModelSource {
  readonly #options: RegistryOptions;
  readonly #loads: RecordedLoads;

  /** Errors: `argument/invalid` for what it cannot be wired from. */
  constructor(options: RegistryOptions) {
    requireRegistryParts("new VerifiedModelSource(options)", options);
    this.#options = options;
    this.#loads = new RecordedLoads(options);
  }

  /** The production version. Errors: `serving/no-champion`, `certificate/missing`, `certificate/invalid`, `registry/tampered`, `audit/broken`, `artifact/corrupt`. */
  async champion(model: string): Promise<CertifiedModel> {
    return await this.#loads.load(model, () =>
      whileSettled(
        this.#options,
        model,
        (moment) => this.#champion(model, moment),
        () => readLoaded(this.#sql(), model, "champion"),
      ),
    );
  }

  async #champion(model: string, moment: LoadedMoment): Promise<CertifiedModel> {
    const { row, reigns } = moment;
    if (row !== undefined && reigns)
      return await this.#load(await verifiedVersion(row, this.#options.verifier), 1, moment);
    // It is not to be seen at a glance which it is, if any: looking closely tells what is wrong.
    const stored = await presentChampion(this.#options, model);
    if (stored === null) {
      throw new SluiceError("serving/no-champion", {
        found: moment.versions === 0 ? `no version of "${model}" at all` : `no version of "${model}" in production`,
        expected: "a champion",
        fix:
          moment.versions === 0
            ? "Check the name: models() lists what is registered."
            : "Promote a version to production.",
      });
    }
    const { revision, versions, lastMs } = moment;
    return await this.#load(stored, 1, { revision, versions, lastMs });
  }

  /** A version whose certificate permits at least that share of the traffic. Errors: as `champion`, and `serving/not-certified`, `registry/not-found`. */
  async certified(model: string, version: number, share: number): Promise<CertifiedModel> {
    if (typeof share !== "number" || !(share >= 0 && share <= 1)) {
      throw new SluiceError("argument/invalid", {
        found: `the share ${share}`,
        expected: "a share in [0, 1]",
        fix: "Ask for 0 to run it as a shadow.",
      });
    }
    requireVersionKey({ name: model, version });
    return await this.#loads.load(model, () =>
      whileSettled(
        this.#options,
        model,
        async (moment) => {
          if (moment.row === undefined) throw versionNotFound({ name: model, version });
          const stored = await verifiedVersion(moment.row, this.#options.verifier);
          if (stored.version.stage === "production" && !moment.reigns) await presentChampion(this.#options, model);
          return await this.#load(stored, share, moment);
        },
        () => readLoaded(this.#sql(), model, version),
      ),
    );
  }

  /**
   * What an alias names (`champion`, `challenger`, or one of the host's own), or a version by number, verified; it needs a certificate for nothing but shadow
   * traffic. Errors: as `champion`, and `registry/not-found`, `serving/not-certified` (an alias of an archived version too).
   */
  async load(model: string, which: string | number = "champion"): Promise<CertifiedModel> {
    if (which === "champion") return await this.champion(model);
    if (typeof which === "number") return await this.certified(model, which, 0);
    return await this.#settled(model, async (counters) =>
      this.#load(
        which === "challenger"
          ? await presentChallenger(this.#options, model)
          : await verifiedAlias(this.#options, model, which),
        0,
        counters,
      ),
    );
  }

  /** Grows at each transition of the model. */
  async revision(model: string): Promise<number> {
    requireModelName(model);
    return (await readCounters(this.#sql(), model)).revision;
  }

  #sql(): RegistrySql {
    return this.#options.metadata.sql.withTables<RegistryTables>();
  }

  /** Loads while no transition comes between; a refusal goes on record. */
  async #settled(model: string, load: (counters: ModelCounters) => Promise<CertifiedModel>): Promise<CertifiedModel> {
    return await this.#loads.load(model, () => whileSettled(this.#options, model, load));
  }

  async #load(
    stored: StoredVersion,
    share: number,
    counters: ModelCounters & { readonly records?: KnownRecords },
  ): Promise<CertifiedModel> {
    const { version } = stored;
    if (version.stage === "registered" || version.stage === "archived")
      throw notCertified(stored, share, `it is "${version.stage}"`);
    const record = await verifiedRecord(this.#options, stored, counters);
    const { certificate } = record;
    if (!(certificate.body.maxShare >= share))
      throw notCertified(stored, share, `its certificate permits ${certificate.body.maxShare}`);
    const conditions = loadConditions(this.#options, stored, record, counters);
    const artifact = await this.#options.artifacts.get(version.artifactDigest);
    return printable({ version, certificate, artifact, ...conditions }, loadedText);
  }
}

function notCertified(stored: StoredVersion, share: number, why: string): SluiceError {
  return new SluiceError("serving/not-certified", {
    found: `${versionSubject(stored.version)} for a share of ${share}: ${why}`,
    expected: "a version whose certificate permits that share",
    fix: "Promote it through its gates first: staging for shadow traffic, candidate for shares below 1, production for all of it.",
  });
}
