export type { LinearLink, LinearModel } from "../contracts/linear-model.ts";
export { type FitLogisticOptions, fitLogistic } from "./fit-logistic.ts";
