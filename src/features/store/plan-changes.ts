import type { FeatureServiceRef, ServiceDefinition } from "../../contracts/feature-service.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { viewMeaning } from "../definitions/view-hash.ts";
import { compareMeanings, type MeaningChange } from "./compare-meanings.ts";
import { type DefinitionLog, viewsOf } from "./definition-log.ts";
import type { ServiceRegistry } from "./service-registry.ts";

/** What is done with a definition: `update` gives its name a new hash, and what has the old one keeps it. */
export type PlannedAction = "create" | "update" | "unchanged" | "remove";

/** A model version that is served with features of a service. */
export interface ServiceModel {
  readonly name: string;
  readonly version: number;
  readonly stage: string;
  /** The service it was trained with. */
  readonly service: FeatureServiceRef;
}

/** Who uses feature services: the registry, as far as this stage must know it. */
export interface ServiceModels {
  /** Every registered model version with a feature service, archived ones too. */
  versions(): Promise<readonly ServiceModel[]>;
}

/** What becomes of a view of a service. */
export interface ViewChange {
  readonly view: string;
  readonly action: PlannedAction;
  readonly hash: Digest | undefined;
  readonly previous: Digest | undefined;
  /** What it means differently; empty for a new view and for one whose former meaning is not on record. */
  readonly changes: readonly MeaningChange[];
  /** Whether it has a new hash under which events must be brought to the online store before it can be read there. */
  readonly toMaterialize: boolean;
}

/** What becomes of a service. */
export interface ServiceChange {
  readonly service: string;
  readonly action: Exclude<PlannedAction, "remove">;
  readonly hash: Digest;
  readonly previous: Digest | undefined;
  readonly views: readonly ViewChange[];
  /** Versions, not archived, that use the service, or a view that is updated or removed. They keep the hash they were trained with. */
  readonly models: readonly ServiceModel[];
}

/** What planning reads. */
export interface PlanningInput {
  readonly registry: ServiceRegistry;
  readonly definitions: DefinitionLog;
  readonly models: readonly ServiceModel[];
}

/** Compares services with what is registered under their names. Errors: `definition/invalid` where two have one name. */
export async function planChanges(
  services: readonly ServiceDefinition[],
  input: PlanningInput,
): Promise<readonly ServiceChange[]> {
  const names = services.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new SluiceError("definition/invalid", {
      found: `the feature service "${twice}" twice in one plan`,
      expected: "each name once",
      fix: "Leave one of them out, or rename it.",
    });
  }
  const changes: ServiceChange[] = [];
  for (const service of services) changes.push(await planService(service, input));
  return changes;
}

async function planService(service: ServiceDefinition, input: PlanningInput): Promise<ServiceChange> {
  const known = await input.registry.history(service.name);
  const previous = known.at(-1)?.hash;
  const views = await planViews(service, previous, input.definitions);
  const moved = new Set(
    views.flatMap(({ action, previous: hash }) => (action === "unchanged" || hash === undefined ? [] : [hash])),
  );
  const models: ServiceModel[] = [];
  for (const model of input.models) {
    if (model.stage === "archived") continue;
    const own = (await input.definitions.views(model.service.hash)) ?? [];
    if (model.service.name === service.name || own.some(({ hash }) => moved.has(hash))) models.push(model);
  }
  const action = previous === undefined ? "create" : previous === service.hash ? "unchanged" : "update";
  return { service: service.name, action, hash: service.hash, previous, views, models };
}

async function planViews(
  service: ServiceDefinition,
  previous: Digest | undefined,
  definitions: DefinitionLog,
): Promise<readonly ViewChange[]> {
  const before = new Map<string, Digest>(
    ((previous === undefined ? undefined : await definitions.views(previous)) ?? []).map(({ name, hash }) => [
      name,
      hash,
    ]),
  );
  const held = new Set(before.values());
  const changes: ViewChange[] = [];
  const views = viewsOf(service);
  for (const view of views) {
    const old = before.get(view.name);
    const meaning = old === undefined || old === view.hash ? undefined : await definitions.meaning(old);
    changes.push({
      view: view.name,
      action: old === undefined ? "create" : old === view.hash ? "unchanged" : "update",
      hash: view.hash,
      previous: old,
      changes: meaning === undefined ? [] : compareMeanings(meaning, viewMeaning(view)),
      toMaterialize: view.body.kind === "windowed" && !held.has(view.hash),
    });
  }
  for (const [view, old] of before) {
    if (!views.some(({ name }) => name === view))
      changes.push({ view, action: "remove", hash: undefined, previous: old, changes: [], toMaterialize: false });
  }
  return changes;
}
