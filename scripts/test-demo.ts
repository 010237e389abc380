import { readFileSync } from "node:fs";
import { type Check, runChecks } from "./checks.ts";
import { report } from "./counts.ts";
import { root } from "./entries.ts";
import { run } from "./run.ts";

// Plays the main job twice and holds its summary against what it must show. `--built` uses dist/ as it is.

interface Summary {
  readonly rows: {
    readonly ingested: number;
    readonly accepted: number;
    readonly quarantined: number;
    readonly blocked: number;
  };
  readonly trainingRows: number;
  readonly skewCells: number;
  readonly skewRows: number;
  readonly auc: { readonly champion: number; readonly retrained: number; readonly withoutHour: number };
  readonly gates: readonly {
    readonly candidate: string;
    readonly outcome: string;
    readonly reasons: readonly string[];
  }[];
  readonly rollouts: readonly { readonly challenger: string; readonly outcome: string; readonly requests: number }[];
  readonly monitors: readonly { readonly monitor: string; readonly windows: number }[];
  readonly alerts: readonly { readonly monitor: string }[];
  readonly detectionDelayRows: number | null;
  readonly audit: { readonly events: number; readonly valid: boolean };
  readonly lineageComplete: boolean;
  readonly digests: { readonly [what: string]: string };
  readonly requests: { readonly april: number; readonly summer: number };
}

async function play(): Promise<Summary> {
  const finished = await run(process.execPath, ["--no-warnings", "examples/flight-delays/main.ts"], {
    timeoutMs: 600_000,
  });
  if (finished.code !== 0)
    throw new Error(`the demo ended with ${finished.code}\n${finished.stdout}${finished.stderr}`);
  return JSON.parse(readFileSync(`${root}.sluice-demo/summary.json`, "utf8")) as Summary;
}

function demand(holds: boolean, what: string, found: unknown): void {
  if (!holds) throw new Error(`${what}; found ${JSON.stringify(found)}`);
}

function outcomes(summary: Summary, outcome: string): number {
  return summary.rollouts.filter((rollout) => rollout.outcome === outcome).length;
}

function checksOf(summary: Summary): readonly Check[] {
  const { rows, auc, gates, requests } = summary;
  const check = (name: string, holds: boolean, found: unknown): Check => ({
    name: `demo: ${name}`,
    run: () => {
      demand(holds, name, found);
      return undefined;
    },
  });
  const counted = rows.accepted + rows.quarantined + rows.blocked;
  return [
    check("every row read is accepted, quarantined or blocked", rows.ingested === counted && counted > 3_000_000, rows),
    check(
      "broken rows are quarantined and a wrong batch is blocked whole",
      rows.quarantined > 0 && rows.blocked > 200_000,
      rows,
    ),
    check("at least 100,000 training rows", summary.trainingRows >= 100_000, summary.trainingRows),
    check("no cell of at least 10,000 served vectors differs", summary.skewCells === 0 && summary.skewRows >= 10_000, [
      summary.skewCells,
      summary.skewRows,
    ]),
    check(
      "AUCs are measured, and the hour matters",
      auc.champion > 0.6 && auc.retrained > 0.6 && auc.withoutHour < auc.champion,
      auc,
    ),
    check(
      "gates pass and refuse, with reasons",
      gates.some((gate) => gate.outcome === "pass") &&
        gates.some((gate) => gate.outcome === "fail" && gate.reasons.length > 0),
      gates,
    ),
    check(
      "two rollouts reach production, two are rolled back",
      outcomes(summary, "promoted") === 2 && outcomes(summary, "rolled-back") === 2,
      summary.rollouts,
    ),
    check(
      "at least 100,000 requests in April and in May–June",
      requests.april >= 100_000 && requests.summer >= 100_000,
      requests,
    ),
    check(
      "the injected shift is found",
      summary.detectionDelayRows !== null && summary.alerts.length > 0,
      summary.alerts,
    ),
    check(
      "the audit log is valid and the lineage complete",
      summary.audit.valid && summary.audit.events > 0 && summary.lineageComplete,
      summary.audit,
    ),
  ];
}

if (!process.argv.includes("--built")) {
  const built = await run(process.execPath, [`${root}scripts/build.ts`, "--js-only"]);
  if (built.code !== 0) throw new Error("the build failed");
}
const first = await play();
const second = await play();
const same: Check = {
  name: "demo: a second run gives the same digests",
  run: () => {
    demand(JSON.stringify(first.digests) === JSON.stringify(second.digests), "equal digests", [
      first.digests,
      second.digests,
    ]);
    return `${Object.keys(first.digests).length} digests`;
  },
};
report(await runChecks([...checksOf(first), same]));
