import type { OnlineExtent, OnlineStore } from "../../contracts/online-store.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { isRequestService } from "../../core/request-service.ts";
import type { PushLog } from "../push/push-log.ts";
import type { DefinitionLog } from "./definition-log.ts";
import type { MaterializationLog } from "./materialization-log.ts";
import type { ServiceModels } from "./plan-changes.ts";
import type { ServiceRegistry } from "./service-registry.ts";

/** What a collection dropped, or would drop. */
export interface CollectedViews {
  /** Hashes of views that nothing in use names and of which the online store held something. */
  readonly views: readonly Digest[];
  /** How many view hashes are in use. */
  readonly inUse: number;
}

/** How unused views are dropped. */
export interface CollectOptions {
  /** Only says what would be dropped. @default false */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** What collecting reads and what it drops from. */
export interface CollectInput extends CollectOptions {
  readonly online: OnlineStore;
  readonly models: ServiceModels | undefined;
  readonly registry: ServiceRegistry;
  readonly definitions: DefinitionLog;
  readonly log: MaterializationLog;
  readonly pushes: PushLog;
  /** The hashes of the services that this process uses, now. */
  used(): readonly Digest[];
  /** Puts on record that a view's online data is dropped, before it is. */
  decided(view: Digest): Promise<void>;
}

/** Drops the online events of views that no service in use names. Errors: `argument/invalid` without models, `features/unknown-feature` for a service whose views are not on record, `features/busy`. */
export async function collectViews(input: CollectInput): Promise<CollectedViews> {
  const { online, definitions, pushes, dryRun = false, signal } = input;
  const inUse = await viewsInUse(input);
  const dropped: Digest[] = [];
  for (const view of await definitions.windowedViews()) {
    signal?.throwIfAborted();
    if (inUse.has(view)) continue;
    const held = isHeld(await online.extent(view, { signal }));
    if (!held && (dryRun || (await pushes.pending([view])).length === 0)) continue;
    if (!dryRun && !(await drop(input, view))) continue;
    if (held) dropped.push(view);
  }
  return { views: dropped, inUse: inUse.size };
}

/**
 * Drops a view under its lease, unless it came into use meanwhile: what others bring it, and the pushes that wait for it, stay with them.
 * Answers whether it was dropped.
 */
async function drop(input: CollectInput, view: Digest): Promise<boolean> {
  const { online, log, pushes, decided, signal } = input;
  const isUnused = async (): Promise<boolean> => !(await viewsInUse(input)).has(view);
  return await log.forget(view, isUnused, async () => {
    await pushes.forget(view);
    if (!isHeld(await online.extent(view, { signal }))) return;
    await decided(view);
    await online.dropView(view, { signal });
  });
}

/** Whether anything is held: an event, or that some were forgotten. */
function isHeld({ newestMs, keptFromMs }: OnlineExtent): boolean {
  return newestMs !== Number.NEGATIVE_INFINITY || keptFromMs !== Number.NEGATIVE_INFINITY;
}

async function viewsInUse(input: CollectInput): Promise<ReadonlySet<Digest>> {
  const inUse = new Set<Digest>();
  for (const service of await servicesInUse(input)) {
    const views = await input.definitions.views(service);
    if (views === undefined) throw unknownViews(service);
    for (const { hash } of views) inUse.add(hash);
  }
  return inUse;
}

/** The newest meaning of every name, what model versions that are not archived name, and what is used now. */
async function servicesInUse({ models, registry, used }: CollectInput): Promise<ReadonlySet<Digest>> {
  if (models === undefined) throw withoutModels();
  const named = (await models.versions())
    .filter(({ stage, service }) => stage !== "archived" && !isRequestService(service))
    .map(({ service }) => service.hash);
  return new Set([...(await registry.currentHashes()), ...named, ...used()]);
}

function withoutModels(): SluiceError {
  return new SluiceError("argument/invalid", {
    found: "a feature store that does not know the registered model versions",
    expected: "to know what they name before anything is dropped",
    fix: "Give FeatureStore the option `models`.",
  });
}

function unknownViews(service: Digest): SluiceError {
  return new SluiceError("features/unknown-feature", {
    found: `the service ${service} in use, whose views are not on record`,
    expected: "to know which views it names before any are dropped",
    fix: "Register the service once more with this version, or archive the model versions that name it.",
  });
}
