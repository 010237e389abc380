import type { TrainingSetRef } from "../../contracts/training-set.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { storedRecord } from "../../core/stored-json.ts";

/** Where a training set came from, without its rows. */
export function trainingSetRef({ digest, rows, service, sources, spineDigest }: TrainingSetRef): TrainingSetRef {
  const { name, hash, schemaHash } = service;
  return {
    digest,
    rows,
    service: { name, hash, schemaHash },
    sources: sources.map(({ dataset, version }) => ({ dataset, version })),
    spineDigest,
  };
}

/** A training set's origin as it is stored with a run: canonical JSON with the format's version. */
export function encodeTrainingSetRef(ref: TrainingSetRef): string {
  const { service, sources, ...rest } = trainingSetRef(ref);
  return canonicalJson({
    schema: 1,
    ...rest,
    service: { ...service },
    sources: sources.map((source) => ({ ...source })),
  });
}

/** The origin that {@link encodeTrainingSetRef} stored with a run. Errors: `metadata/corrupt`. */
export function decodeTrainingSetRef(runId: string, text: string): TrainingSetRef {
  return trainingSetRef(storedRecord(text, { table: "training_run", row: runId }, "service", "sources"));
}
