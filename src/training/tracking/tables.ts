/** The tables of runs. Private to the training stage. */
export type TrackingTables = {
  training_run: {
    id: string;
    experiment: string;
    status: string;
    seed: string;
    code_digest: string;
    /** As `encodeTrainingSetRef` writes it, or null. */
    training: string | null;
    started_at_ms: number;
    ended_at_ms: number | null;
    error: string | null;
    /** As `encodeStarters` writes it; null where an earlier release left it out. */
    started_by: string | null;
  };
  training_param: { run_id: string; name: string; value: string };
  training_metric: { run_id: string; sequence: number; name: string; points: Uint8Array };
  training_artifact: { run_id: string; path: string; digest: string; size_bytes: number };
};
