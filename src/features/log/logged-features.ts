import type { ServiceDefinition, ServiceFeature } from "../../contracts/feature-service.ts";
import { cellKind } from "../kernel/cells.ts";

/** The features of a service that vectors are logged and compared of, each with its place among all: numbers, booleans and instants. */
export function loggedFeatures(
  service: ServiceDefinition,
): readonly { readonly feature: ServiceFeature; readonly at: number }[] {
  return service.features.flatMap((feature, at) => (cellKind(feature.type.tag) === "number" ? [{ feature, at }] : []));
}
