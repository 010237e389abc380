import { SluiceError } from "./core/errors.ts";
import { requireArgument } from "./core/known-arguments.ts";
import { requireOptions } from "./core/known-options.ts";
import { printable } from "./core/printable.ts";
import { lazyStage } from "./lazy-stage.ts";
import { auditFace } from "./workspace-audit.ts";
import { workspaceText } from "./workspace-text.ts";
import type { Workspace, WorkspaceOptions } from "./workspace.ts";
import type { WorkspaceParts } from "./workspace-parts.ts";
import type { WorkspaceStages } from "./workspace-stages.ts";

interface Shared {
  readonly options: WorkspaceOptions;
  readonly parts: WorkspaceParts;
  readonly stages: WorkspaceStages;
}

/** Workspaces of this process by path: opening one again shares it, and the last to close closes it. */
const open = new Map<string, { readonly shared: Promise<Shared>; users: number }>();

/**
 * Opens a workspace: a folder with everything in it (SQLite and files; nothing to start), or engines of the host.
 * Opening a path without further options that is open in this process shares it.
 *
 * Errors: `workspace/newer-version`, `metadata/newer-schema`, `io/failed`, `argument/invalid`, `definition/invalid` for a malformed policy.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { openWorkspace } from "sluice";
 * const folder = await mkdtemp(join(tmpdir(), "sluice-"));
 * const ws = await openWorkspace(folder);
 * const verdict = await ws.verifyAudit();
 * if (!verdict.valid) throw new Error("a new workspace has an empty, valid audit log");
 * await ws.close();
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openWorkspace(where: string | WorkspaceOptions): Promise<Workspace> {
  const { soundOptions } = await import("./workspace-calls.ts");
  const options = await soundOptions(where);
  const { path, ...engines } = options;
  if (path === undefined || Object.keys(engines).length > 0) return face(await assemble(options), closeShared);
  const { absolutePath } = await import("./backends/fs/workspace-folder.ts");
  const key = absolutePath(path);
  const entry = open.get(key) ?? { shared: assemble(options), users: 0 };
  entry.users += 1;
  open.set(key, entry);
  try {
    return face(await entry.shared, async (shared) => {
      entry.users -= 1;
      if (entry.users > 0) return;
      if (open.get(key) === entry) open.delete(key);
      await closeShared(shared);
    });
  } catch (error) {
    if (open.get(key) === entry) open.delete(key);
    throw error;
  }
}

async function assemble(options: WorkspaceOptions): Promise<Shared> {
  const [{ openParts }, { wireStages }] = await Promise.all([
    import("./workspace-parts.ts"),
    import("./workspace-stages.ts"),
  ]);
  const parts = await openParts(options);
  return { options, parts, stages: wireStages(parts, options) };
}

/** The stages first: they still write. The engines are closed even when a stage cannot be. */
async function closeShared({ parts, stages }: Shared): Promise<void> {
  try {
    await stages.close();
  } finally {
    await parts.close();
  }
}

function face(shared: Shared, release: (shared: Shared) => Promise<void>): Workspace {
  const { options, parts, stages } = shared;
  let closed: Promise<void> | undefined;
  const alive =
    <S>(load: () => Promise<S>) =>
    async (): Promise<S> => {
      if (closed !== undefined) throw closedError();
      return await load();
    };
  const close = (): Promise<void> => {
    closed ??= release(shared);
    return closed;
  };
  const ledger = alive(async () => parts.ledger);
  const trail = alive(stages.trail);
  const workspace: Workspace = {
    data: lazyStage("data", alive<Workspace["data"]>(stages.data), ["scan"]),
    features: lazyStage("features", alive<Workspace["features"]>(stages.featuresFace)),
    experiments: lazyStage("experiments", alive<Workspace["experiments"]>(stages.experiments)),
    pipelines: lazyStage(
      "pipelines",
      alive<Workspace["pipelines"]>(async () => pipelinesFace(await stages.pipelines())),
    ),
    registry: lazyStage("registry", alive<Workspace["registry"]>(stages.registry)),
    serving: lazyStage("serving", alive<Workspace["serving"]>(stages.serving)),
    monitoring: lazyStage("monitoring", alive<Workspace["monitoring"]>(stages.monitoring)),
    on: (name, listener) => {
      requireArgument("workspace.on()", "name", name, "text");
      requireArgument("workspace.on()", "listener", listener, "function");
      return parts.events.on(name, listener);
    },
    changes: async (options) => await (await ledger()).changes.read(options),
    audit: auditFace(async () => (await ledger()).audit, trail),
    verifyAudit: async () => await (await trail()).verify(),
    upstream: async (node) => await (await ledger()).lineage.upstream(node),
    downstream: async (node) => await (await ledger()).lineage.downstream(node),
    tick: async (options = {}) => {
      requireOptions("workspace.tick()", options, { signal: "optional", onProgress: "optional" });
      // One that fails keeps none of the others from being done; what was pushed comes first, since the others may want it.
      const pushed = await outcomeOf(async () => (await alive(stages.features)()).flush(options));
      const resumed = await outcomeOf(async () => (await alive(stages.pipelines)()).resume(options));
      const windows = await outcomeOf(async () => (await alive(stages.monitoring)()).evaluate(options));
      const signed = await outcomeOf(alive(stages.anchor));
      return { pushed: pushed(), pipelines: resumed().length, windows: windows(), checkpoint: signed() };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return printable(workspace, () => workspaceText(options, parts.signer.keyId, closed !== undefined));
}

/** Does work, and answers with what gives its result, or throws its error. */
async function outcomeOf<R>(work: () => Promise<R>): Promise<() => R> {
  try {
    const result = await work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function pipelinesFace(runner: Awaited<ReturnType<WorkspaceStages["pipelines"]>>): Workspace["pipelines"] {
  return {
    define: (definition) => {
      runner.define(definition);
      return Promise.resolve();
    },
    start: (...args) => runner.start(...args),
    wait: (...args) => runner.wait(...args),
    resume: (...args) => runner.resume(...args),
  };
}

function closedError(): SluiceError {
  return new SluiceError("workspace/closed", {
    found: "a closed workspace",
    expected: "an open one",
    fix: "Open it again with openWorkspace().",
  });
}
