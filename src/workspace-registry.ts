import type { ArtifactContent, OpenArtifact } from "./contracts/artifact.ts";
import type { ArtifactLimits } from "./contracts/artifact-scan.ts";
import type { ModelRuntime } from "./contracts/model-runtime.ts";
import type { DataStage } from "./data/data-stage.ts";
import type { FeatureStore } from "./features/store/feature-store.ts";
import type { ContentRegistry } from "./registry/content/content-registry.ts";
import type { ModelRegistry } from "./registry/model-registry.ts";
import type { RegistryOptions } from "./registry/registry-options.ts";
import type { VersionCatalog } from "./registry/search/version-catalog.ts";
import type { ExperimentTracker } from "./training/tracking/experiment-tracker.ts";
import type { WorkspaceParts } from "./workspace-parts.ts";
import type { RegistryFace, WorkspaceOptions } from "./workspace.ts";

/** Wires the registry of versions. */
export async function wireModels(
  parts: WorkspaceParts,
  options: WorkspaceOptions,
  runtimes: readonly ModelRuntime[],
  datasets: DataStage,
  features: () => Promise<FeatureStore>,
  runs: ExperimentTracker,
): Promise<ModelRegistry> {
  const [{ ModelRegistry }, { SqlRolloutEvidence }, { BlobArtifactStore }] = await Promise.all([
    import("./registry/model-registry.ts"),
    import("./serving/rollout/sql-rollout-evidence.ts"),
    import("./ledger/artifacts/blob-artifact-store.ts"),
  ]);
  return new ModelRegistry({
    ...parts,
    ...registryWiring(options, runtimes, datasets, features),
    artifacts: new BlobArtifactStore(parts),
    runs,
    rollouts: new SqlRolloutEvidence(parts),
  });
}

/** What the registry is wired with besides the engines. */
function registryWiring(
  { policy, policies, identity, artifacts }: WorkspaceOptions,
  runtimes: readonly ModelRuntime[],
  datasets: DataStage,
  features: () => Promise<FeatureStore>,
): Pick<RegistryOptions, "runtimes" | "datasets" | "services" | "policy" | "policies" | "identity" | "artifactLimits"> {
  return {
    runtimes,
    datasets,
    services: { current: async (name) => await (await features()).current(name) },
    ...(artifacts === undefined ? {} : { artifactLimits: artifacts }),
    ...(policy === undefined ? {} : { policy }),
    ...(policies === undefined ? {} : { policies }),
    ...(identity === undefined ? {} : { identity }),
  };
}

/** Wires what callers get: the registry with evaluation, and prompts and configs. */
export async function wireRegistry(
  parts: WorkspaceParts,
  options: WorkspaceOptions,
  runtimes: readonly ModelRuntime[],
  datasets: DataStage,
  features: () => Promise<FeatureStore>,
  models: ModelRegistry,
  runs: ExperimentTracker,
): Promise<RegistryFace> {
  const [{ Evaluator }, { BlobArtifactStore }, { ScannedArtifactStore }, { gitCodeVersion }] = await Promise.all([
    import("./registry/evaluation/evaluator.ts"),
    import("./ledger/artifacts/blob-artifact-store.ts"),
    import("./ledger/artifacts/scanned-artifact-store.ts"),
    import("./backends/fs/git-code-version.ts"),
  ]);
  const wiring = {
    artifacts: new ScannedArtifactStore(new BlobArtifactStore(parts), options.artifacts),
    runtimes,
    champions: models,
  };
  const evaluator = new Evaluator({ ...parts, ...wiring, codeVersion: gitCodeVersion({ path: "." }) });
  const content = await wireContent(parts, options, runtimes, datasets, features, models, runs);
  return {
    evaluate: (model, trained, heldOut, options) => evaluator.evaluate(model, trained, heldOut, options),
    register: (...args) => models.register(...args),
    explain: (...args) => models.explain(...args),
    approve: (...args) => models.approve(...args),
    promote: (...args) => models.promote(...args),
    rollback: (...args) => models.rollback(...args),
    versions: (...args) => models.versions(...args),
    version: (...args) => models.version(...args),
    aliases: (...args) => models.aliases(...args),
    certificate: (...args) => models.certificate(...args),
    certificateOf: (...args) => models.certificateOf(...args),
    evaluationOf: (...args) => models.evaluationOf(...args),
    evidenceOf: (...args) => models.evidenceOf(...args),
    lineageOf: (...args) => models.lineageOf(...args),
    champion: (...args) => models.champion(...args),
    certified: (...args) => models.certified(...args),
    load: (...args) => models.load(...args),
    revision: (...args) => models.revision(...args),
    revokeApproval: (...args) => models.revokeApproval(...args),
    breakGlass: (...args) => models.breakGlass(...args),
    alias: (...args) => models.alias(...args),
    removeAlias: (...args) => models.removeAlias(...args),
    deprecate: (...args) => models.deprecate(...args),
    reinstate: (...args) => models.reinstate(...args),
    deprecation: (...args) => models.deprecation(...args),
    writeCard: (...args) => models.writeCard(...args),
    card: (...args) => models.card(...args),
    ...content,
    rotateKey: (...args) => models.rotateKey(...args),
    retireKey: (...args) => models.retireKey(...args),
    export: async (version, path, by) => {
      const { requireExportPlace } = await import("./backends/fs/export-place.ts");
      await requireExportPlace(path); // what cannot be written there does not go on record as having left
      await writeBundle(await models.openExport(version, by), path);
    },
    openExport: (...args) => models.openExport(...args),
    import: async (from, given) =>
      await withBundle(from, options.artifacts, async (bundle) => await models.import(bundle, given)),
  };
}

type ContentFace = Pick<VersionCatalog, "models" | "search" | "tag" | "diff"> &
  Pick<ContentRegistry, "registerContent" | "loadPrompt" | "loadConfig">;

/** Wires prompts and configs, and what lists and compares. */
async function wireContent(
  parts: WorkspaceParts,
  options: WorkspaceOptions,
  runtimes: readonly ModelRuntime[],
  datasets: DataStage,
  features: () => Promise<FeatureStore>,
  source: ModelRegistry,
  runDetails: ExperimentTracker,
): Promise<ContentFace> {
  const [{ ContentRegistry }, { VersionCatalog }, { SqlRolloutEvidence }, { BlobArtifactStore }] = await Promise.all([
    import("./registry/content/content-registry.ts"),
    import("./registry/search/version-catalog.ts"),
    import("./serving/rollout/sql-rollout-evidence.ts"),
    import("./ledger/artifacts/blob-artifact-store.ts"),
  ]);
  const wiring = {
    ...parts,
    ...registryWiring(options, runtimes, datasets, features),
    artifacts: new BlobArtifactStore(parts),
    rollouts: new SqlRolloutEvidence(parts),
    runDetails,
  };
  const content = new ContentRegistry({ ...wiring, source });
  const catalog = new VersionCatalog(wiring);
  return {
    models: (...args) => catalog.models(...args),
    search: (...args) => catalog.search(...args),
    tag: (...args) => catalog.tag(...args),
    diff: (...args) => catalog.diff(...args),
    registerContent: (...args) => content.registerContent(...args),
    loadPrompt: (...args) => content.loadPrompt(...args),
    loadConfig: (...args) => content.loadConfig(...args),
  };
}

const format = "certified-model";

async function writeBundle(bundle: OpenArtifact, path: string): Promise<void> {
  if (/\.tar$/i.test(path)) {
    const [{ packedPieces }, { writeArchive }] = await Promise.all([
      import("./ledger/artifacts/tar/pack-artifact.ts"),
      import("./backends/fs/archive-file.ts"),
    ]);
    return await writeArchive(packedPieces(bundle), path);
  }
  const { writeArtifactFolder } = await import("./backends/fs/write-artifact-folder.ts");
  await writeArtifactFolder(bundle, path);
}

/** Works on a bundle as it was handed over: its content, its folder, or the one file that it was packed into, which is open meanwhile. */
async function withBundle<T>(
  from: string | ArtifactContent | OpenArtifact,
  limits: ArtifactLimits = {},
  work: (bundle: ArtifactContent | OpenArtifact) => Promise<T>,
): Promise<T> {
  if (typeof from !== "string") return await work(from);
  const { maxBytes = 8 * 2 ** 30, maxFiles } = limits;
  const [{ openArtifactFolder }, { openArchiveFile }, { openArchive }] = await Promise.all([
    import("./backends/fs/artifact-folder.ts"),
    import("./backends/fs/archive-file.ts"),
    import("./ledger/artifacts/tar/unpack-artifact.ts"),
  ]);
  const archive = await openArchiveFile(from, maxBytes);
  if (archive === undefined) return await work(await openArtifactFolder(from, { format, maxBytes }));
  try {
    return await work(await openArchive(archive, { format, ...(maxFiles !== undefined && { maxFiles }) }));
  } finally {
    await archive.close();
  }
}
