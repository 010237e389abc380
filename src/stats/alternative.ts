/**
 * Which deviation from the null hypothesis a test looks for. `greater`: the first sample (or the first named quantity) tends to be
 * larger; `less`: it tends to be smaller; `two-sided`: either. The same three words in every test that has a side.
 */
export type Alternative = "two-sided" | "greater" | "less";

/** The three words of {@link Alternative}, to check an argument against. */
export const alternatives: readonly Alternative[] = ["two-sided", "greater", "less"];
