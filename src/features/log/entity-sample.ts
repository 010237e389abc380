import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import { requireFraction } from "../../stats/require-argument.ts";
import { inputToJson } from "../../ledger/segments/feature-input-json.ts";
import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import type { ScalarValue } from "../../core/cell-type.ts";
import { murmurHash } from "../../core/murmur-hash.ts";

/** Tells whether a request is in a sample. */
export type InSample = (input: FeatureInputRow) => boolean;

/**
 * A sample of requests by their entities: the hash of the entity keys (of all fields, for a service without entities) decides, so that an
 * entity is in the sample at every request or at none, and a larger rate holds every sample of a smaller one.
 * Errors: `argument/invalid` for a rate outside [0, 1].
 */
export function entitySample(service: ServiceDefinition, rate: number): InSample {
  requireFraction("rate", rate);
  if (rate === 0) return () => false;
  if (rate === 1) return () => true;
  const keys = [...new Set(service.views.flatMap((view) => Object.keys(view.keys)))].sort();
  const fields = keys.length > 0 ? keys : Object.keys(service.input).sort();
  const limit = rate * 2 ** 32;
  return (input) => {
    const entity: { [field: string]: ScalarValue } = {};
    for (const field of fields) entity[field] = input[field] ?? null;
    return murmurHash(inputToJson(entity)) < limit;
  };
}
