import type { Check, CheckFold, CheckSurroundings } from "../../contracts/check.ts";

/** The two ways of judging that a fold gives: piece by piece, and all rows as one piece. */
export function foldingCheck(
  fold: (surroundings: CheckSurroundings) => CheckFold,
): Required<Pick<Check, "judge" | "fold">> {
  return {
    fold,
    judge: ({ batch, ...surroundings }) => {
      const folded = fold(surroundings);
      folded.add(batch);
      return folded.finish();
    },
  };
}
