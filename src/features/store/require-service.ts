import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { ViewDefinition } from "../../contracts/feature-definition.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { SluiceError } from "../../core/errors.ts";

/** What the types promise, a plain-JavaScript caller may not have passed. Errors: `argument/invalid`. */
export function requireService(service: ServiceDefinition): void {
  const given: unknown = service;
  if (isDefinition(given) && given.kind === "service") return;
  throw new SluiceError("argument/invalid", {
    found: found(given),
    expected: "a feature service",
    fix: "Pass what featureService(name, [view, …]) made.",
  });
}

/** Throws `argument/invalid` unless several services were passed as a list. */
export function requireServices(services: readonly ServiceDefinition[]): void {
  if (!Array.isArray(services))
    throw new SluiceError("argument/invalid", {
      found: found(services),
      expected: "a list of feature services",
      fix: "Pass [service].",
    });
  services.forEach(requireService);
}

/** Throws `argument/invalid` unless a definition of a dataset or a view was passed. */
export function requireSource(target: DatasetDefinition | ViewDefinition): void {
  const given: unknown = target;
  if (isDefinition(given) && (given.kind === "dataset" || given.kind === "view")) return;
  throw new SluiceError("argument/invalid", {
    found: typeof given === "string" ? `${JSON.stringify(given)}, a name` : found(given),
    expected: "a definition: of a dataset, or of a view",
    fix: "Pass what dataset() or featureView() made.",
  });
}

/** Throws `argument/invalid` unless a view was passed. */
export function requireView(view: ViewDefinition): void {
  const given: unknown = view;
  if (isDefinition(given) && given.kind === "view") return;
  throw new SluiceError("argument/invalid", {
    found: found(given),
    expected: "a feature view",
    fix: "Pass what featureView() or alias() made.",
  });
}

function found(given: unknown): string {
  if (isDefinition(given)) return `the ${String(given.kind)} "${String(given.name)}"`;
  return typeof given === "string" ? JSON.stringify(given) : `a value of type ${typeof given}`;
}

function isDefinition(given: unknown): given is { readonly kind: unknown; readonly name: unknown } {
  return typeof given === "object" && given !== null && "kind" in given && "name" in given;
}
