import { SluiceError } from "../../core/errors.ts";

/** The smallest whole number from `from` on for which a condition holds that stays true once it is; throws `argument/invalid` above 2^50. */
export function smallestWhole(name: string, from: number, holds: (value: number) => boolean): number {
  if (holds(from)) return from;
  let fails = from;
  let works = 2 * from;
  while (!holds(works)) {
    fails = works;
    works *= 2;
    if (works > 2 ** 50) {
      throw new SluiceError("argument/invalid", {
        found: `a design that needs more than 2^50 ${name}`,
        expected: "an effect that can be found",
        fix: "Ask for a larger effect, in the direction that the alternative looks at, or for less power.",
      });
    }
  }
  while (works - fails > 1) {
    const middle = Math.floor((fails + works) / 2);
    if (holds(middle)) works = middle;
    else fails = middle;
  }
  return works;
}

/** The smallest positive double, to its last bits, from which a condition holds that stays true once it is; at most `most`. */
export function smallestAbove(holds: (value: number) => boolean, most: number = Number.MAX_VALUE): number {
  let works = Math.min(1, most);
  let fails = 0;
  while (works < most && !holds(works)) {
    fails = works;
    works = Math.min(most, works * 2);
  }
  while (fails === 0 && works > 1e-300 && holds(works / 2)) works /= 2;
  if (fails === 0) fails = works / 2;
  for (let i = 0; i < 60; i++) {
    const middle = fails + (works - fails) / 2;
    if (middle === fails || middle === works) break;
    if (holds(middle)) works = middle;
    else fails = middle;
  }
  return works;
}
