import type { BlobStore } from "./contracts/blob-store.ts";
import type { MetadataStore } from "./contracts/metadata-store.ts";
import { type Digest, isDigest } from "./core/digest.ts";

/** The columns in which stages other than the data stage name blobs and dataset versions. */
export const namingColumns: { readonly [table: string]: readonly string[] } = {
  training_run: ["training"],
  training_param: ["value"],
  training_artifact: ["digest"],
  training_pipeline_run: ["cause"],
  training_pipeline_step: ["output"],
  training_step_cache: ["output"],
  registry_version: ["body"],
  registry_certificate: ["body"],
  registry_evidence: ["digest", "body"],
  registry_evaluation: ["digest", "body", "report"],
  registry_approval: ["evidence_digest", "body"],
  registry_standing: ["body"],
  registry_standing_block: ["body"],
  registry_policy: ["digest", "body"],
  serving_rollout: ["state"],
  serving_rollout_evidence: ["digest", "body"],
  serving_prediction_segment: ["digest"],
  serving_outcome_segment: ["digest"],
  monitoring_monitor: ["definition", "profile"],
  monitoring_window: ["detail"],
  monitoring_alert: ["definition"],
  monitoring_delivery: ["detail"],
};

type Texts = { [table: string]: { [column: string]: string | null } };
type Edges = { lineage_edges: { from_node: string; to_node: string } };

/**
 * Every digest that a stage names: what garbage collection of the data stage keeps. Texts are searched for whatever looks like a digest, so
 * that a record need not be understood to be kept; blobs that the registry names are searched as well where they are JSON (the files of an
 * artifact, the sources of an evaluation).
 */
export async function* workspaceRoots(metadata: MetadataStore, blobs: BlobStore): AsyncGenerator<Digest> {
  for (const [table, columns] of Object.entries(namingColumns)) {
    for (const column of columns) {
      const rows = await metadata.sql.withTables<Texts>().selectFrom(table).select(column).distinct().execute();
      for (const row of rows) {
        for (const digest of digestsIn(row[column] ?? "")) {
          yield digest;
          if (table.startsWith("registry_")) yield* digestsInBlob(blobs, digest);
        }
      }
    }
  }
  // A dataset version that only became other dataset versions is kept by the refs, or not at all.
  const used = await metadata.sql
    .withTables<Edges>()
    .selectFrom("lineage_edges")
    .select("from_node")
    .distinct()
    .where("from_node", "like", "dataset:%")
    .where("to_node", "not like", "dataset:%")
    .execute();
  for (const { from_node } of used) yield* digestsIn(from_node);
}

async function* digestsInBlob(blobs: BlobStore, digest: Digest): AsyncGenerator<Digest> {
  if (!(await blobs.has(digest))) return;
  const bytes = await blobs.get(digest);
  if (bytes[0] === 0x7b) yield* digestsIn(new TextDecoder().decode(bytes));
}

function* digestsIn(text: string): Generator<Digest> {
  for (const [found] of text.matchAll(/sha256:[0-9a-f]{64}/g)) if (isDigest(found)) yield found;
}
