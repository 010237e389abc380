// Stage 4, registry: a model's way through its gates, and what is refused.
import { ingestTrips, openExample, registerOn } from "../trips.ts";

const { ws, remove } = await openExample();
await ingestTrips(ws, 0, 1500);
await ingestTrips(ws, 1500, 3000);
const version = await registerOn(ws, 0, 2000, 3000);
console.log(`registered ${version.name}@${version.version}, trained in run ${version.run.id}`);

await ws.registry.promote(version, "staging", { actor: "ann", reason: "shadow it" });
const early = await ws.registry.explain(version, "candidate");
console.log("candidate without an approval:", early.reasons);

try {
  await ws.registry.approve(version, "candidate", { approver: "Ann", role: "owner", comment: "mine" });
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}

for (const stage of ["candidate", "production"] as const) {
  await ws.registry.approve(version, stage, { approver: "bob", role: "owner", comment: "looked at the report" });
  const result = await ws.registry.promote(version, stage, { actor: "ann", reason: "the first model" });
  console.log(stage, result.outcome);
  if (result.outcome === "promoted")
    for (const gate of result.certificate.body.outcomes) console.log(`  ${gate.outcome} ${gate.gate}: ${gate.reason}`);
}

console.log("aliases", await ws.registry.aliases("late"));
for (const { index, kind, subject, actor } of await ws.audit()) console.log(index, kind, subject, "by", actor);
const verdict = await ws.verifyAudit();
console.log(`audit valid: ${verdict.valid}, ${verdict.events} events`);
await remove();
