import type { ModelHandle, ModelRuntime } from "../../contracts/model-runtime.ts";
import type { CertifiedModel } from "../../contracts/model-source.ts";
import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { Digest } from "../../core/digest.ts";
import type { Clock } from "../../core/clock.ts";
import { SluiceError } from "../../core/errors.ts";
import { UseCount } from "./use-count.ts";

/** A loaded version. It is disposed when it was retired and the last prediction that runs on it has ended. */
export class ModelSlot {
  readonly version: number;
  readonly certificate: Digest;
  readonly handle: ModelHandle;
  /** From this instant on it refuses every prediction; `undefined` = never. */
  readonly validUntilMs: number | undefined;
  readonly #uses: UseCount = new UseCount();
  #retired: boolean = false;

  constructor(version: number, certificate: Digest, handle: ModelHandle, validUntilMs?: number) {
    this.version = version;
    this.certificate = certificate;
    this.handle = handle;
    this.validUntilMs = validUntilMs;
  }

  /** Keeps the model from being disposed until the function it returns is called, once. */
  acquire(): () => void {
    return this.#uses.acquire();
  }

  /** Disposes the model as soon as nobody uses it. */
  async retire(): Promise<void> {
    if (this.#retired) return;
    this.#retired = true;
    await this.#uses.none();
    await this.handle.dispose();
  }
}

/** Loads a certified version. Errors: `certificate/invalid`, `features/hash-mismatch`, `definition/conflict`, `artifact/corrupt`. */
export async function loadSlot(
  model: ModelDefinition,
  certified: CertifiedModel,
  share: number,
  runtimes: readonly ModelRuntime[],
  clock: Clock,
): Promise<ModelSlot> {
  checkCertificate(certified, share);
  checkFit(model, certified);
  const { version, artifact } = certified;
  const runtime = runtimes.find((candidate) => candidate.format === artifact.format);
  if (runtime === undefined) {
    throw new SluiceError("argument/invalid", {
      found: `${version.name}@${version.version} in the format ${artifact.format}, and runtimes for ${runtimes.map((known) => known.format).join(", ") || "nothing"}`,
      expected: "a runtime for the artifact's format",
      fix: "Pass that runtime to the router.",
    });
  }
  const handle = await runtime.load(artifact);
  const { inputWidth, outputWidth } = handle.signature;
  if (inputWidth === model.vector.length && outputWidth === model.outputs.length) {
    const { certificate, validUntilMs } = certified;
    return new ModelSlot(version.version, certificate.digest, untilExpired(handle, certified, clock), validUntilMs);
  }
  await handle.dispose();
  throw misfit(
    certified,
    `${inputWidth} inputs and ${outputWidth} outputs`,
    `${model.vector.length} and ${model.outputs.length}`,
  );
}

/** A model that may be used for a while only (an emergency, a deprecation with an end) predicts nothing once that is over, however long it stays loaded. */
function untilExpired(handle: ModelHandle, { version, validUntilMs }: CertifiedModel, clock: Clock): ModelHandle {
  if (validUntilMs === undefined) return handle;
  // A clock that is turned back gives it no more time.
  let latestMs = Number.NEGATIVE_INFINITY;
  return {
    signature: handle.signature,
    predict: async (batch) => {
      latestMs = Math.max(latestMs, clock.nowMs());
      if (latestMs < validUntilMs) return await handle.predict(batch);
      throw new SluiceError("certificate/expired", {
        found: `${version.name}@${version.version}, which could be used until ${new Date(validUntilMs).toISOString()}`,
        expected: "a version that may be used now",
        fix: "Confirm it through its gates with promote(), or put another version in its place.",
      });
    },
    dispose: async () => await handle.dispose(),
  };
}

/** The model source verifies signatures and bytes; this only refuses a certificate of something else. */
function checkCertificate({ version, certificate }: CertifiedModel, share: number): void {
  const { subject, maxShare } = certificate.body;
  const matches =
    subject.model === version.name &&
    subject.version === version.version &&
    subject.artifactDigest === version.artifactDigest;
  if (!matches) {
    throw new SluiceError("certificate/invalid", {
      found: `a certificate of ${subject.model}@${subject.version}`,
      expected: `one of ${version.name}@${version.version} with its artifact's digest`,
      fix: "Promote the version again.",
    });
  }
  if (share <= maxShare) return;
  throw new SluiceError("serving/not-certified", {
    found: `a certificate of ${version.name}@${version.version} for a share of at most ${maxShare}`,
    expected: `a share of ${share}`,
    fix: "Promote the version to the stage that permits this share.",
  });
}

function checkFit(model: ModelDefinition, certified: CertifiedModel): void {
  const { version } = certified;
  if (version.service.hash !== model.features.hash) {
    throw new SluiceError("features/hash-mismatch", {
      found: `${version.name}@${version.version}, trained with ${version.service.name} of hash ${version.service.hash}`,
      expected: `the hash of the definition here, ${model.features.hash}`,
      fix: "Serve it with the feature definitions it was trained with, or train a version with the present ones.",
    });
  }
  if (version.vector.join("\n") !== model.vector.join("\n")) {
    throw misfit(certified, `the input vector ${version.vector.join(", ")}`, model.vector.join(", "));
  }
}

function misfit({ version }: CertifiedModel, found: string, expected: string): SluiceError {
  return new SluiceError("definition/conflict", {
    found: `${version.name}@${version.version} with ${found}`,
    expected,
    fix: "Serve the version with the model definition it was registered under.",
  });
}
