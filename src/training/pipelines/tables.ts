/** The tables of pipelines. Private to the training stage. */
export type PipelineTables = {
  training_pipeline_run: {
    id: string;
    pipeline: string;
    definition_digest: string;
    dedupe_key: string;
    /** Canonical JSON. */
    cause: string;
    status: string;
    failed_step: string | null;
    error: string | null;
    /** The runner that executes it, until its lease runs out. */
    owner: string | null;
    lease_until_ms: number;
    requested_at_ms: number;
    ended_at_ms: number | null;
    /** As `encodeStarters` writes it; null where an earlier release left it out. */
    started_by: string | null;
  };
  training_pipeline_step: {
    run_id: string;
    step: string;
    status: string;
    attempts: number;
    failures: number;
    cached: number;
    /** Canonical JSON. */
    output: string | null;
    error: string | null;
  };
  training_step_cache: { key: string; output: string; created_at_ms: number };
};
