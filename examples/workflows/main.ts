// What spans stages: checks as in CI, documents from records, who had production, delivery before and after.
import { rowsSource } from "sluice";
import {
  auditPack,
  compareDelivery,
  dataTest,
  defineCi,
  deliveryFigures,
  gateTest,
  productionAt,
  readBaseline,
  runCi,
  technicalDocumentation,
} from "sluice/workflows";
import { ingestTrips, openExample, registerOn, trips } from "../trips.ts";

const { ws, remove } = await openExample();
await ingestTrips(ws, 0, 1500);
await ingestTrips(ws, 1500, 3000);
const version = await registerOn(ws, 0, 2000, 3000);

// In a repository this is the default export of sluice.ci.ts, and `npx sluice ci` runs it.
const ci = defineCi({
  tests: [
    dataTest("an empty file is refused", trips, rowsSource([])),
    gateTest("the new version may go to staging", version, "staging"),
  ],
});
console.log(await runCi(ci, { workspace: ws }));

for (const stage of ["staging", "candidate", "production"] as const) {
  if (stage !== "staging")
    await ws.registry.approve(version, stage, { approver: "bob", role: "owner", comment: "looked at the report" });
  const result = await ws.registry.promote(version, stage, { actor: "ann", reason: "the first model" });
  if (result.outcome === "refused") throw new Error(result.reasons.join("; "));
}
console.log(await productionAt(ws, "late", Date.now()));

const documentation = await technicalDocumentation(ws, version, {
  parts: [{ point: "annex-iv.5", author: "ann", markdown: "Risks are reviewed each quarter." }],
});
console.log(documentation);

const before = readBaseline("name,leadTimeHours\nfirst,504\nsecond,840\nthird,336");
console.log(compareDelivery(deliveryFigures(await ws.audit()), before));

// `npx sluice audit` writes these files.
console.log(await auditPack(ws));
await remove();
