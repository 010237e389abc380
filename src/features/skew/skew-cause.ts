/**
 * Why a served cell differs from the one computed from history: `definition` = no set of events that could have been there gives what was
 * served, so the code or the values of events differ; `late` = events became part of history only after the cell was served, or are
 * not yet; `missing` = history had events that the online store had not; `expired` = that, and a TTL ran out; `unexplained` =
 * not looked into, or no longer possible to tell.
 */
export type SkewCause = "definition" | "late" | "missing" | "expired" | "unexplained";

/** All causes, the gravest first. */
export const skewCauses: readonly SkewCause[] = ["definition", "unexplained", "missing", "expired", "late"];
