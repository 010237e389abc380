/** The names of the library's gates, before a colon. */
const names: ReadonlySet<string> = new Set([
  "beatsChampion",
  "calibrationBound",
  "contentSound",
  "dataFreshness",
  "dataValidated",
  "fairnessBound",
  "featureServiceCompatible",
  "formerChampion",
  "latencyBudget",
  "lineageComplete",
  "modelCard",
  "noLeakage",
  "noSliceRegression",
  "originCertified",
  "predictionStability",
  "reproducible",
  "requiresFeatures",
  "rolloutEvidence",
  "signatureMatches",
  "sizeBudget",
  "sliceFloor",
  "standsAt",
  "threshold",
]);

/** The part of a gate's name that says what it judges: what is before the first colon. */
export function kindOf(gate: string): string {
  const end = gate.indexOf(":");
  return end < 0 ? gate : gate.slice(0, end);
}

/** Whether a name is that of one of the library's gates, however it is spelled. */
export function isBuiltIn(gate: string): boolean {
  const kind = kindOf(gate).trim().normalize("NFKC").toLowerCase();
  return [...names].some((name) => name.toLowerCase() === kind);
}
