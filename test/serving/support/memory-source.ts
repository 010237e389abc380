import { linearRuntime } from "../../../src/backends/function/linear-runtime.ts";
import { linear } from "../../../src/backends/function/linear.ts";
import type { ModelDefinition } from "../../../src/contracts/model-definition.ts";
import type { CertifiedModel, ModelSource } from "../../../src/contracts/model-source.ts";
import { digestOfJson } from "../../../src/core/digest.ts";
import { SluiceError } from "../../../src/core/errors.ts";

/** A model source that certifies what it is told to. */
export class MemorySource implements ModelSource {
  readonly #model: ModelDefinition;
  readonly #versions: Map<number, { certified: CertifiedModel; maxShare: number }> = new Map();
  #champion: number | undefined;
  #revision: number = 0;

  constructor(model: ModelDefinition) {
    this.#model = model;
  }

  /** Adds a version with its weights. */
  async add(
    version: number,
    weights: readonly number[],
    maxShare: number,
    format: string = "sluice-linear",
  ): Promise<void> {
    const artifact = { ...(await linearRuntime().save(linear({ weights, link: "identity" }))), format };
    const certified = certifiedModel(this.#model, version, artifact, maxShare);
    this.#versions.set(version, { certified, maxShare });
    this.#revision += 1;
  }

  /** Takes the certificate of a version away. */
  revoke(version: number): void {
    this.#versions.delete(version);
    this.#revision += 1;
  }

  /** Makes a version the champion. */
  promote(version: number): void {
    const known = this.#versions.get(version);
    if (known === undefined) throw new Error(`no version ${version}`);
    const { artifact } = known.certified;
    this.#versions.set(version, { certified: certifiedModel(this.#model, version, artifact, 1), maxShare: 1 });
    this.#champion = version;
    this.#revision += 1;
  }

  async champion(): Promise<CertifiedModel> {
    const known = this.#versions.get(this.#champion ?? -1);
    if (known !== undefined) return known.certified;
    throw new SluiceError("serving/no-champion", {
      found: "none",
      expected: "a version in production",
      fix: "Promote one.",
    });
  }

  async certified(_model: string, version: number, share: number): Promise<CertifiedModel> {
    const known = this.#versions.get(version);
    if (known !== undefined && known.maxShare >= share) return known.certified;
    throw new SluiceError("serving/not-certified", {
      found: `version ${version}`,
      expected: `a share of ${share}`,
      fix: "Promote it.",
    });
  }

  async revision(): Promise<number> {
    return this.#revision;
  }
}

function certifiedModel(
  model: ModelDefinition,
  version: number,
  artifact: CertifiedModel["artifact"],
  maxShare: number,
): CertifiedModel {
  const artifactDigest = digestOfJson(artifact.files.map((file) => Array.from(file.bytes)));
  const { name, hash, schemaHash } = model.features;
  const stage = maxShare === 1 ? "production" : "candidate";
  return {
    artifact,
    version: {
      name: model.name,
      version,
      artifactDigest,
      artifactFormat: artifact.format,
      signature: { inputWidth: model.vector.length, outputWidth: model.outputs.length },
      vector: model.vector,
      run: { id: "run", experiment: "test", codeDigest: "asserted:test", training: null },
      service: { name, hash, schemaHash },
      evaluationDigest: digestOfJson("evaluation"),
      author: "ann",
      registeredAtMs: 0,
      stage,
      revision: 1,
    },
    certificate: {
      digest: digestOfJson(["certificate", version, maxShare]),
      keyId: "test",
      signature: "",
      body: {
        schema: 1,
        subject: { model: model.name, version, artifactDigest, serviceHash: hash },
        transition: { from: "staging", to: stage },
        maxShare,
        policyDigest: digestOfJson("policy"),
        evidenceDigest: digestOfJson("evidence"),
        outcomes: [],
        champion: null,
        approvals: [],
        actor: "ann",
        reason: "test",
        issuedAtMs: 0,
      },
    },
  };
}
