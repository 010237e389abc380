import type { CellTag } from "../../core/cell-type.ts";
import type { WindowedPlan } from "./windowed-plan.ts";

/** The look-ups of a view that a service takes. */
export interface LookUpView {
  readonly plan: WindowedPlan;
  readonly features: readonly { readonly name: string; readonly tag: CellTag; readonly value: number }[];
}

/** The look-ups of a service by view, in the order of its reads; none where anything else has to be computed. */
export function lookUpViews(
  reads: readonly WindowedPlan[],
  views: readonly { readonly names: readonly string[] }[],
  taken: readonly string[],
): readonly LookUpView[] | undefined {
  if (reads.length !== views.length || reads.some(({ spec }) => spec.features.length > 0)) return undefined;
  const isTaken = new Set(taken);
  return reads.map((plan, i) => ({
    plan,
    features: plan.latest.flatMap(({ tag, value }, f) => {
      const name = views[i]?.names[f] ?? "";
      return isTaken.has(name) ? [{ name, tag, value }] : [];
    }),
  }));
}
