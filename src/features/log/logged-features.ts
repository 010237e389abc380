import type { ServiceDefinition, ServiceFeature } from "../../contracts/feature-service.ts";

/** The features of a service that vectors are logged and compared of, each with its place among all: numbers and booleans. */
export function loggedFeatures(
  service: ServiceDefinition,
): readonly { readonly feature: ServiceFeature; readonly at: number }[] {
  return service.features.flatMap((feature, at) =>
    feature.type.tag === "utf8" || feature.type.tag === "json" ? [] : [{ feature, at }],
  );
}
