// The end: what happened, provably.
import { deliveryFigures, formatLineage } from "sluice/workflows";
import type { LineageTree } from "sluice/contracts";
import { act, count, say, table } from "../show.ts";
import type { Stage } from "../stage.ts";

/** Prints the summary, the lineage of the production model, and whether the audit log holds. */
export async function finish({ ws, summary }: Stage): Promise<void> {
  act("8  What happened");
  const verdict = await ws.verifyAudit();
  summary.audit = { events: verdict.events, valid: verdict.valid };
  const figures = deliveryFigures(await ws.audit());
  summary.delivery = {
    leadTimeHours: figures.leadTimeHours.map((hours) => Math.round(hours * 10) / 10),
    gateRefusals: figures.gateRefusals,
    rollbacks: figures.rollbacks,
  };
  const champion = await ws.registry.champion("flight-delay");
  const lineage = await ws.upstream(`certificate:${champion.certificate.digest}`);
  summary.lineageComplete =
    reaches(lineage, "source:") && reaches(lineage, "training-set:") && reaches(lineage, "run:");
  say(`version ${champion.version.version} is in production; made from:`);
  for (const line of formatLineage(lineage).split("\n")) say(line);
  table("Rows", [
    ["ingested", "accepted", "quarantined", "blocked"],
    [summary.rows.ingested, summary.rows.accepted, summary.rows.quarantined, summary.rows.blocked].map(count),
  ]);
  say("(the file has 3,000,000 rows; the second half of April came twice, first in kilometres)");
  table("Gates up to candidate", [
    ["candidate", "outcome", "reasons"],
    ...summary.gates.map((one) => [one.candidate, one.outcome, one.reasons.join("; ")]),
  ]);
  table("Rollouts", [
    ["challenger", "outcome", "requests"],
    ...summary.rollouts.map((one) => [one.challenger, one.outcome, count(one.requests)]),
  ]);
  table("Monitors", [
    ["monitor", "windows", "bad", "fired"],
    ...summary.monitors.map((one) => [one.monitor, count(one.windows), count(one.bad), one.fired ? "yes" : "no"]),
  ]);
  table("AUC", [
    ["March, without the hour", "June 23–30, April's champion", "June 23–30, retrained-network"],
    [summary.auc.withoutHour, summary.auc.champion, summary.auc.retrained].map((auc) => auc.toFixed(4)),
  ]);
  table("Delivery", [
    [
      "hours from registered to production (replayed time)",
      "gate refusals",
      "rollbacks",
      "requests from shift to alert",
    ],
    [
      summary.delivery.leadTimeHours.join(", "),
      count(figures.gateRefusals),
      count(figures.rollbacks),
      String(summary.detectionDelayRows ?? "not found"),
    ],
  ]);
  act("Proof");
  say(
    `audit log: ${count(verdict.events)} decisions, ${verdict.valid ? "valid" : "BROKEN"}; skew: ${summary.skewCells} cells of ${count(summary.skewRows)} vectors`,
  );
}

function reaches(tree: LineageTree, kind: string): boolean {
  return tree.node.startsWith(kind) || tree.children.some((child) => reaches(child, kind));
}
