import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { ViewDefinition } from "../../contracts/feature-definition.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { Digest } from "../../core/digest.ts";
import { isRequestService } from "../../core/request-service.ts";
import { eventsView } from "../definitions/events-view.ts";
import type { FeatureCatalog } from "../catalog/feature-catalog.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { DefinitionLog } from "./definition-log.ts";
import { requireSource, requireService } from "./require-service.ts";
import { planService, planWindowed, type ServicePlan, windowedPlans } from "./service-plan.ts";
import type { WindowedPlan } from "./windowed-plan.ts";
import type { ServiceRegistry } from "./service-registry.ts";

/** Where a service that is used for the first time is put on record. */
export interface KnownServicesWiring {
  readonly kernel: Kernel;
  readonly registry: ServiceRegistry;
  readonly definitions: DefinitionLog;
  readonly catalog: FeatureCatalog;
}

/** The services that a feature store was used with, planned once and on record. */
export class KnownServices {
  readonly #wiring: KnownServicesWiring;
  readonly #plans = new Map<string, ServicePlan>();
  /** The same by the object that they were asked by, which is mostly one and the same. */
  readonly #byObject = new WeakMap<ServiceDefinition, ServicePlan>();
  /** Windowed views that were used by themselves, by hash. */
  readonly #alone = new Map<string, WindowedPlan>();

  constructor(wiring: KnownServicesWiring) {
    this.#wiring = wiring;
  }

  /** The plan of a service that was used before; `undefined` of another. */
  planned(service: ServiceDefinition): ServicePlan | undefined {
    return this.#byObject.get(service);
  }

  /** A service's plan; at its first use the service is put on record. */
  async plan(service: ServiceDefinition): Promise<ServicePlan> {
    requireService(service);
    const key = `${service.name}@${service.hash}`;
    const known = this.#plans.get(key);
    if (known !== undefined) {
      this.#byObject.set(service, known);
      return known;
    }
    const { kernel, definitions, registry, catalog } = this.#wiring;
    const plan = planService(service, kernel);
    // A model's own request fields are no definition that others could find, change or collect.
    if (!isRequestService(service)) {
      await definitions.remember(service);
      await registry.register(service);
      await catalog.remember(service);
    }
    this.#plans.set(key, plan);
    return plan;
  }

  /** The hashes of the services used that have views. */
  hashes(): readonly Digest[] {
    return [...this.#plans.values()].filter(({ views }) => views.length > 0).map(({ service }) => service.hash);
  }

  /** The service of a hash, if it was used. */
  known(hash: Digest): ServiceDefinition | undefined {
    return [...this.#plans.values()].find(({ service }) => service.hash === hash)?.service;
  }

  /** The windowed view itself (or what it is an alias of), or those on a dataset in the services used. */
  viewsOn(target: DatasetDefinition | ViewDefinition): readonly WindowedPlan[] {
    requireSource(target);
    if (target.kind === "view") {
      const view = eventsView(target);
      if (view === undefined) return [];
      const plan = this.#alone.get(view.hash) ?? planWindowed(view, view.body);
      this.#alone.set(view.hash, plan);
      return [plan];
    }
    return this.windowedViews().filter(({ body: { source } }) => {
      return source.name === target.name && source.schemaDigest === target.schemaDigest;
    });
  }

  /** The windowed view of a hash, in a service used or used by itself. */
  windowedPlan(hash: string): WindowedPlan | undefined {
    return this.#alone.get(hash) ?? this.windowedViews().find(({ view }) => view.hash === hash);
  }

  /** The windowed views of the services used, each once. */
  windowedViews(): readonly WindowedPlan[] {
    const views = new Map<string, WindowedPlan>();
    for (const plan of this.#plans.values()) for (const view of windowedPlans(plan)) views.set(view.view.hash, view);
    return [...views.values()];
  }
}
