import type { OnlineStore } from "../../contracts/online-store.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { Digest } from "../../core/digest.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { PushLog } from "../push/push-log.ts";
import { type CollectedViews, type CollectOptions, collectViews } from "./collect-views.ts";
import type { DefinitionLog } from "./definition-log.ts";
import { FeaturesPlan } from "./features-plan.ts";
import type { KnownServices } from "./known-services.ts";
import type { MaterializationLog } from "./materialization-log.ts";
import { planChanges, type ServiceModels } from "./plan-changes.ts";
import { requireServices } from "./require-service.ts";
import { planService } from "./service-plan.ts";
import type { ServiceRegistry } from "./service-registry.ts";

/** What {@link DefinitionChanges} work on. */
export interface DefinitionChangesWiring {
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly kernel: Kernel;
  readonly online: OnlineStore;
  readonly models?: ServiceModels;
  readonly registry: ServiceRegistry;
  readonly definitions: DefinitionLog;
  readonly services: KnownServices;
  readonly log: MaterializationLog;
  readonly pushLog: PushLog;
}

/** What services mean: shown before it changes, changed, and let go where nothing uses it. */
export class DefinitionChanges {
  readonly #wiring: DefinitionChangesWiring;

  constructor(wiring: DefinitionChangesWiring) {
    this.#wiring = wiring;
  }

  /** See `FeatureStore.plan`. */
  async plan(services: readonly ServiceDefinition[]): Promise<FeaturesPlan> {
    const { kernel, registry, definitions, models } = this.#wiring;
    requireServices(services);
    for (const service of services) planService(service, kernel);
    const versions = (await models?.versions()) ?? [];
    return new FeaturesPlan(await planChanges(services, { registry, definitions, models: versions }));
  }

  /** See `FeatureStore.apply`. */
  async apply(services: readonly ServiceDefinition[]): Promise<FeaturesPlan> {
    const plan = await this.plan(services);
    for (const service of services) {
      await this.#wiring.services.plan(service);
      await this.#wiring.registry.register(service, { current: true });
    }
    return plan;
  }

  /** See `FeatureStore.collect`. */
  async collect(options: CollectOptions): Promise<CollectedViews> {
    const { online, models, definitions, registry, log, pushLog, services } = this.#wiring;
    const wiring = { online, models, definitions, registry, log, pushes: pushLog };
    const decided = (view: Digest): Promise<void> => this.#recordCollected(view);
    return await collectViews({ ...options, ...wiring, used: () => services.hashes(), decided });
  }

  async #recordCollected(view: Digest): Promise<void> {
    const { metadata, ledger } = this.#wiring;
    await metadata.write(async (tx) => {
      await ledger.audit.append(tx, { kind: "features.collected", subject: view, actor: "system", body: { view } });
    });
  }
}
