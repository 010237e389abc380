import type { ModelRuntime } from "../../contracts/model-runtime.ts";
import type { RunRef } from "../../contracts/run.ts";
import type { Signer } from "../../contracts/signer.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { contentDigest, modelContent, runtimeFor } from "../../ledger/artifacts/model-content.ts";
import { type MadeArtifact, signMade } from "../../ledger/made-artifacts.ts";

/** What lets runs record which models they make. */
export interface RunMakerOptions {
  /** Which values are models. @default none: no run records what it made */
  readonly runtimes?: readonly ModelRuntime[];
  /** Signs what a run made, so that nobody adds it later. @default none: no run records what it made */
  readonly signer?: Signer;
  /** Where a returned model that cannot be saved is warned of. @default silent */
  readonly logger?: Logger;
}

/** A list, or a record, of more members than this is data, not models. */
const mostMembers = 1000;

/** Says which artifacts one run makes, while it runs: each once, signed. */
export class RunMaker {
  readonly #options: RunMakerOptions;
  readonly #run: RunRef;
  readonly #write: (made: readonly MadeArtifact[]) => Promise<void>;
  readonly #known = new Set<Digest>();

  constructor(options: RunMakerOptions, run: RunRef, write: (made: readonly MadeArtifact[]) => Promise<void>) {
    this.#options = options;
    this.#run = run;
    this.#write = write;
  }

  /** Records a model now. Errors: `definition/invalid`, `argument/invalid` for a tracker that cannot, `training/run-ended`. */
  async model(trained: unknown): Promise<Digest> {
    const { runtimes, signer } = this.#options;
    if (runtimes === undefined || signer === undefined) throw cannotRecord();
    const digest = contentDigest((await modelContent(runtimes, trained)).content);
    await this.artifact(digest);
    return digest;
  }

  /** Records an artifact now; nothing where nothing signs. Errors: `training/run-ended`. */
  async artifact(digest: Digest): Promise<void> {
    const { signer } = this.#options;
    if (signer === undefined || this.#known.has(digest)) return;
    await this.#write([await signMade(signer, this.#run, digest)]);
    this.#known.add(digest);
  }

  /** What the body has returned, signed, to be written with the run's end: a model, or a list or record with models. */
  async returned(value: unknown): Promise<readonly MadeArtifact[]> {
    const { runtimes, signer } = this.#options;
    if (runtimes === undefined || signer === undefined) return [];
    const digests = new Set<Digest>();
    for (const model of modelsIn(runtimes, value)) {
      const digest = await this.#digestOf(runtimes, model);
      if (digest !== undefined && !this.#known.has(digest)) digests.add(digest);
    }
    return await Promise.all([...digests].map((digest) => signMade(signer, this.#run, digest)));
  }

  /** What cannot be saved cannot be registered either: the run has its value all the same. */
  async #digestOf(runtimes: readonly ModelRuntime[], model: unknown): Promise<Digest | undefined> {
    try {
      return contentDigest((await modelContent(runtimes, model)).content);
    } catch (error) {
      const about = { run: this.#run.id, error: String(error) };
      this.#options.logger?.warn(about, "a model that the run returned cannot be saved: the run does not record it");
      return undefined;
    }
  }
}

function modelsIn(runtimes: readonly ModelRuntime[], value: unknown): readonly unknown[] {
  const isModel = (one: unknown): boolean => runtimeFor(runtimes, one) !== undefined;
  if (isModel(value)) return [value];
  const members = Array.isArray(value) ? value : isPlain(value) ? Object.values(value) : [];
  return members.length > mostMembers ? [] : members.filter(isModel);
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

function cannotRecord(): SluiceError {
  return new SluiceError("argument/invalid", {
    found: "a model for a run whose tracker does not know how models are saved, or cannot sign",
    expected: "`runtimes` and `signer`",
    fix: "Pass runtimes and signer when wiring ExperimentTracker; a workspace does that.",
  });
}
