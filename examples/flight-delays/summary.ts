// What the demo measures; every figure is filled in by the act that measured it.

/** `.sluice-demo/summary.json`. */
export interface Summary {
  rows: { ingested: number; accepted: number; quarantined: number; blocked: number };
  trainingRows: number;
  /** Cells that differ between what was served in April and a training set built afterwards; must be 0. */
  skewCells: number;
  skewRows: number;
  auc: { champion: number; retrained: number; withoutHour: number };
  gates: { candidate: string; outcome: "pass" | "fail"; reasons: readonly string[] }[];
  rollouts: { challenger: string; outcome: "promoted" | "rolled-back" | "held"; requests: number; reason: string }[];
  monitors: { monitor: string; windows: number; bad: number; fired: boolean }[];
  alerts: { monitor: string; cause: string }[];
  /** Requests between the injected shift and its alert; null = it was not found. */
  detectionDelayRows: number | null;
  audit: { events: number; valid: boolean };
  lineageComplete: boolean;
  delivery: { leadTimeHours: readonly number[]; gateRefusals: number; rollbacks: number };
  digests: { [what: string]: string };
  requests: { april: number; summer: number };
  peakMemoryMb: number;
  seconds: number;
}

/** A summary with nothing measured yet. */
export function emptySummary(): Summary {
  return {
    rows: { ingested: 0, accepted: 0, quarantined: 0, blocked: 0 },
    trainingRows: 0,
    skewCells: -1,
    skewRows: 0,
    auc: { champion: Number.NaN, retrained: Number.NaN, withoutHour: Number.NaN },
    gates: [],
    rollouts: [],
    monitors: [],
    alerts: [],
    detectionDelayRows: null,
    audit: { events: 0, valid: false },
    lineageComplete: false,
    delivery: { leadTimeHours: [], gateRefusals: 0, rollbacks: 0 },
    digests: {},
    requests: { april: 0, summer: 0 },
    peakMemoryMb: 0,
    seconds: 0,
  };
}
