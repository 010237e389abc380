/** A rollout: its state as the very text that was signed, replaced by compare-and-set on `revision`. */
type RolloutTable = {
  rollout_id: string;
  model: string;
  challenger: number;
  champion: number;
  revision: number;
  phase: string;
  /** 1 = a challenger is being routed to, or has passed and waits for its promotion. */
  active: number;
  started_at_ms: number;
  state: string;
  key_id: string;
  signature: string;
};

/** Units that a rollout has seen: little-endian 32-bit bucket numbers. */
type RolloutUnitsTable = { rollout_id: string; sequence: number; unit_set: string; units: Uint8Array };

/** What a rollout proved, as the very text that was signed. */
type RolloutEvidenceTable = {
  rollout_id: string;
  model: string;
  challenger: number;
  recorded_at_ms: number;
  digest: string;
  body: string;
  key_id: string;
  signature: string;
};

/** An entry of the prediction log's index. */
type PredictionSegmentTable = {
  model: string;
  sequence: number;
  digest: string;
  size_bytes: number;
  rows: number;
  from_ms: number;
  to_ms: number;
};

/** An entry of the outcome log's index; a later one replaces the outcomes of an earlier one. */
type OutcomeSegmentTable = {
  model: string;
  sequence: number;
  digest: string;
  size_bytes: number;
  rows: number;
  from_ms: number;
  to_ms: number;
};

/** The tables of the serving stage; nobody else reads them. */
export type ServingTables = {
  serving_rollout: RolloutTable;
  serving_rollout_units: RolloutUnitsTable;
  serving_rollout_evidence: RolloutEvidenceTable;
  serving_prediction_segment: PredictionSegmentTable;
  serving_outcome_segment: OutcomeSegmentTable;
};
