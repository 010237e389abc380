import type { Stage } from "../../contracts/model-version.ts";
import { SluiceError } from "../../core/errors.ts";
import { isStage } from "../versions/version-table.ts";

/** Where a version may be promoted to, by where it stands. A production version is only replaced; an archived one only comes back by rollback. */
const allowed: { readonly [from in Stage]: readonly Stage[] } = {
  registered: ["staging", "archived"],
  staging: ["candidate", "archived"],
  candidate: ["production", "archived"],
  production: [],
  archived: [],
};

const way: readonly string[] = ["registered", "staging", "candidate", "production"];

/** The stage that a version takes first on its way to one further on; `null` where that is the next one, or is not on its way. */
export function stageFirst(from: Stage, to: string): Stage | null {
  const [at, end] = [way.indexOf(from), way.indexOf(to)];
  return at >= 0 && end > at + 1 ? (allowed[from][0] ?? null) : null;
}

/** The largest share of traffic that a stage's certificate permits. */
export const maxShareOf: { readonly [to in Stage]: number } = {
  registered: 0,
  staging: 0,
  candidate: 0.99,
  production: 1,
  archived: 0,
};

/** Throws `registry/invalid-transition` unless the policy may be asked about this transition at all. */
export function requireTransition(subject: string, from: Stage, to: string, rollback: boolean): Stage {
  if (!isStage(to)) {
    throw invalidTransition(
      subject,
      `the stage ${JSON.stringify(to)}`,
      "staging, candidate, production or archived",
      "Name one of them.",
    );
  }
  if (rollback ? from !== "archived" : !allowed[from].includes(to)) {
    const open = allowed[from].length === 0 ? "none" : allowed[from].join(", ");
    const expected = rollback ? "an archived version, formerly in production" : `from "${from}": ${open}`;
    throw invalidTransition(
      subject,
      `${rollback ? "a rollback" : "a promotion"} from "${from}" to "${to}"`,
      expected,
      rollback ? order : wayFrom(from, to),
    );
  }
  return to;
}

const order = "Stages go registered, staging, candidate, production; an earlier champion comes back by rollback().";

/** What to do about a transition that is not open from a stage. */
function wayFrom(from: Stage, to: Stage): string {
  const [next] = allowed[from];
  if (next !== undefined) return maxShareOf[to] > maxShareOf[from] ? `Promote it to ${next} first. ${order}` : order;
  return from === "production"
    ? "Another version's promotion or rollback() takes its place; to end its use without one, deprecate(version, { until })."
    : "An earlier champion comes back by rollback(); register any other again.";
}

/** Throws `registry/invalid-transition` unless an emergency may take a version there: to candidate or production, from anywhere but there. */
export function requireEmergency(subject: string, from: Stage, to: string): void {
  if ((to === "candidate" || to === "production") && from !== to && from !== "production") return;
  throw invalidTransition(
    subject,
    `break-glass from "${from}" to "${to}"`,
    "candidate or production, from another stage",
    "A version that stands there already is confirmed by promote(), or replaced by another.",
  );
}

function invalidTransition(subject: string, found: string, expected: string, fix: string): SluiceError {
  return new SluiceError("registry/invalid-transition", { found: `${found} of ${subject}`, expected, fix });
}
