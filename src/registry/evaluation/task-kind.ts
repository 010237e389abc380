import type { TaskKind } from "../../contracts/evaluation-detail.ts";

/** Every kind, for what comes without types. */
export const taskKinds: readonly TaskKind[] = ["binary", "multiclass", "regression"];
