import { featureService, onDemand, request, t } from "../../src/features/index.ts";

/** Two features that tell which request they were computed of. */
export const servedLogService = featureService("served-v1", [
  onDemand("of", { inputs: [request({ n: t.float64 })], features: ({ n }) => ({ same: n.add(0), twice: n.mul(2) }) }),
]);
