import type { EvaluationReport } from "../../src/contracts/evaluation-report.ts";
import type { MetricEstimate } from "../../src/contracts/metric-estimate.ts";
import type { GateEvidence } from "../../src/contracts/gate.ts";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import { digestOf } from "../../src/core/digest.ts";
import { passedRollout, service } from "./registry-fixture.ts";

// Evidence in which everything that a gate may ask for was measured, and is good.

const sources = [{ dataset: "flights", version: digestOf("v") }];
const training = {
  digest: digestOf("training"),
  rows: 2000,
  service: { name: service.name, hash: service.hash, schemaHash: service.schemaHash },
  sources,
  spineDigest: digestOf("spine"),
};

export const version: ModelVersion = {
  name: "delay",
  version: 2,
  artifactDigest: digestOf("artifact 2"),
  artifactFormat: "sluice-linear",
  signature: { inputWidth: 2, outputWidth: 1 },
  vector: ["load.delay", "load.count"],
  run: { id: "r", experiment: "e", codeDigest: "c", training },
  made: "recorded",
  service: { name: service.name, hash: service.hash, schemaHash: service.schemaHash },
  evaluationDigest: digestOf("evaluation"),
  author: "ada",
  registeredAtMs: 1,
  origin: {
    model: "delay",
    version: 7,
    author: "eve",
    certificate: digestOf("certificate"),
    stage: "production",
    issuedAtMs: 1,
    keyId: "61e108d9472008fd",
    bundle: digestOf("bundle"),
  },
  stage: "candidate",
  revision: 2,
};
export const champion: ModelVersion = {
  ...version,
  version: 1,
  artifactDigest: digestOf("artifact 1"),
  stage: "production",
};
export const metric = (value: number, half: number): MetricEstimate => ({
  value,
  lower: value - half,
  upper: value + half,
  n: 500,
});
export const evaluation: EvaluationReport = {
  schema: 1,
  digest: version.evaluationDigest,
  model: "delay",
  artifactDigest: version.artifactDigest,
  dataset: digestOf("held out"),
  sources,
  serviceHash: service.hash,
  label: "late",
  rows: 500,
  excludedRows: 0,
  metrics: {
    auc: metric(0.7, 0.03),
    logLoss: metric(0.6, 0.02),
    broken: { notComputable: "all labels are the same" },
    nan: { value: Number.NaN, lower: Number.NaN, upper: Number.NaN, n: 5 },
  },
  slices: [
    { column: "carrier", value: "AA", rows: 300, metrics: { auc: metric(0.72, 0.04) } },
    { column: "carrier", value: "BB", rows: 200, metrics: { auc: metric(0.61, 0.06) } },
  ],
  comparison: {
    champion: { version: 1, artifactDigest: champion.artifactDigest },
    metric: "auc",
    difference: metric(0.02, 0.005),
    championMetrics: {},
    slices: [
      { column: "carrier", value: "AA", rows: 300, difference: metric(0.03, 0.01) },
      { column: "carrier", value: "BB", rows: 200, difference: metric(-0.01, 0.005) },
    ],
    stability: {
      changedDecisions: metric(0.1, 0.02),
      meanAbsoluteDifference: metric(0.05, 0.01),
      psi: metric(0.08, 0.02),
    },
  },
  calibration: { ece: metric(0.03, 0.01), mce: metric(0.1, 0.05) },
  latency: { p50Ms: 1, p95Ms: 4, p99Ms: 9, calls: 500, rowsPerCall: 1 },
  sizeBytes: 1000,
  fairness: [
    {
      column: "carrier",
      groups: 2,
      metrics: { demographicParityDifference: metric(0.05, 0.02), equalisedOddsDifference: metric(0.07, 0.02) },
    },
  ],
  leakage: { training: training.digest, key: ["flight", "at"], rows: 500, sharedKeys: 0, equalRows: 5 },
};
export const evidence: GateEvidence = {
  version,
  transition: { from: "candidate", to: "production" },
  evaluation,
  champion,
  validations: [{ dataset: "flights", version: digestOf("v"), validated: true, reason: "ok" }],
  currentService: service,
  lineage: { complete: true, missing: [] },
  rollout: passedRollout(2, 1),
  nowMs: 1_000_000,
  card: { revision: 1, digest: digestOf("card"), missing: [] },
  data: [
    { dataset: "flights", version: digestOf("v"), role: "training", createdAtMs: 900_000 },
    { dataset: "flights", version: digestOf("v"), role: "evaluation", createdAtMs: 990_000 },
  ],
  reproduction: {
    runId: "r",
    codeDigest: "c",
    training: training.digest,
    artifactDigest: digestOf("artifact again"),
    maxDifference: 1e-7,
  },
  approvals: [
    { approver: "grace", role: "owner", comment: "ok", evidenceDigest: digestOf("e"), atMs: 1, expiresAtMs: 2 },
  ],
};
