import { SluiceError } from "../../core/errors.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { badField, type FeastFields, flagField, textField, textsField } from "./feast-body.ts";
import { type FeastException, FeastFault } from "./feast-fault.ts";

/** A feature that was asked for, and the service that it is read from. */
export interface WantedFeature {
  readonly service: ServiceDefinition;
  /** The name in the answer. */
  readonly name: string;
  /** The name in the service, `view.feature`. */
  readonly feature: string;
}

/**
 * The features that a request asks for: those of a `feature_service`, or the list `features` of `view:feature`. A listed feature is read
 * from a service that has it and whose keys and request fields the request brings, from one service for all of them if there is one.
 *
 * Errors: `features/unknown-feature` (an unknown service, view or feature), `features/invalid-input` (keys that no service can do with),
 * `argument/invalid` (neither, or two features of one name).
 */
export function wantedFeatures(
  services: readonly ServiceDefinition[],
  fields: FeastFields,
  given: ReadonlySet<string>,
): readonly WantedFeature[] {
  const full = flagField(fields, "full_feature_names");
  const listed = textsField(fields, "features") ?? [];
  const named = (fields.get("feature_service") ?? undefined) !== undefined;
  if (!named && listed.length === 0) throw badField("features", listed, 'a list "features", or a "feature_service"');
  // Where both are named, Feast's servers answer for the service.
  const wanted = named
    ? featuresOf(serviceNamed(services, textField(fields, "feature_service")))
    : resolved(services, listed.map(dotted), given);
  const features = wanted.map(({ service, feature }) => ({ service, feature, name: answerName(feature, full) }));
  requireDistinct(features);
  return features;
}

type Resolved = Omit<WantedFeature, "name">;

function featuresOf(service: ServiceDefinition): readonly Resolved[] {
  return service.features.map(({ name }) => ({ service, feature: name }));
}

function resolved(
  services: readonly ServiceDefinition[],
  features: readonly string[],
  given: ReadonlySet<string>,
): readonly Resolved[] {
  for (const feature of features) {
    if (!services.some((service) => has(service, feature))) throw unknownFeature(services, feature);
  }
  const readable = services.filter((service) => missingInputs(service, given).length === 0);
  const all = readable.find((service) => features.every((feature) => has(service, feature)));
  return features.map((feature) => {
    const service = all ?? readable.find((candidate) => has(candidate, feature));
    if (service === undefined) throw missingKeys(services, feature, given);
    return { service, feature };
  });
}

function has(service: ServiceDefinition, feature: string): boolean {
  return service.features.some(({ name }) => name === feature);
}

function missingInputs(service: ServiceDefinition, given: ReadonlySet<string>): readonly string[] {
  return Object.keys(service.input).filter((field) => !given.has(field));
}

/** `view:feature` as the name that services know. */
function dotted(reference: string): string {
  const [view, feature, ...rest] = reference.split(":");
  if (view && feature && rest.length === 0) return `${view}.${feature}`;
  throw badField("features", reference, "features as view:feature");
}

function answerName(feature: string, full: boolean): string {
  const dot = feature.indexOf(".");
  return full ? `${feature.slice(0, dot)}__${feature.slice(dot + 1)}` : feature.slice(dot + 1);
}

function requireDistinct(features: readonly WantedFeature[]): void {
  const names = new Map<string, string>();
  for (const { name, feature } of features) {
    const other = names.get(name);
    if (other !== undefined) {
      throw new FeastFault(422, "FeatureNameCollisionError", "argument/invalid", {
        found: `${[other, feature].map((one) => one.replace(".", ":")).join(" and ")}, two features named "${name}" in the answer`,
        expected: "each name once",
        fix: "Ask with full_feature_names, or for one of them.",
      });
    }
    names.set(name, feature);
  }
}

/** A service by name. Errors: `features/unknown-feature`. */
function serviceNamed(services: readonly ServiceDefinition[], name: string): ServiceDefinition {
  const service = services.find((known) => known.name === name);
  if (service !== undefined) return service;
  const found = `the feature service ${JSON.stringify(name)}`;
  throw unknown(found, "a feature service that is served here", 404, "FeatureServiceNotFoundException");
}

function unknownFeature(services: readonly ServiceDefinition[], feature: string): FeastFault {
  const view = feature.slice(0, feature.indexOf(".") + 1);
  const isKnown = services.some(({ features }) => features.some(({ name }) => name.startsWith(view)));
  const found = `the feature ${JSON.stringify(feature.replace(".", ":"))}`;
  const exception = isKnown ? "FeastObjectNotFoundException" : "FeatureViewNotFoundException";
  return unknown(found, "a feature of a service that is served", 404, exception);
}

/** The error that something is not served here. */
export function unknown(found: string, expected: string, status: number, exception: FeastException): FeastFault {
  return new FeastFault(status, exception, "features/unknown-feature", { found, expected, fix: "Check the name." });
}

function missingKeys(services: readonly ServiceDefinition[], feature: string, given: ReadonlySet<string>): SluiceError {
  const needs = services
    .filter((service) => has(service, feature))
    .map((service) => `${missingInputs(service, given).join(", ")} (${service.name})`);
  return new SluiceError("features/invalid-input", {
    found: `entities ${[...given].join(", ")} for the feature "${feature.replace(".", ":")}"`,
    expected: `also ${needs.join(" or ")}`,
    fix: "Give every entity key and request field of a service that has the feature.",
  });
}
