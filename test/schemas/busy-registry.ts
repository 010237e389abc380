import { z } from "zod";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import { config } from "../../src/registry/content/config.ts";
import { prompt } from "../../src/registry/content/prompt.ts";
import type { Workspace } from "../../src/workspace.ts";

const request = { actor: "ada", reason: "a drill" };

/** Every act of the registry beside promotions: aliases, deprecations, cards, approvals taken back, prompts, break-glass, refusals. */
export async function decideEverything(ws: Workspace, version: ModelVersion): Promise<void> {
  const { registry } = ws;
  for (const alias of ["eu", "gone"]) await promoted(registry.alias(version, alias, request));
  await registry.removeAlias(version.name, "gone", request);
  await registry.deprecate(version, request);
  await registry.reinstate(version, request);
  const parts = { owner: "ops", intendedUse: "Warn.", outOfScope: "Snow.", limits: "Few.", ethics: "None." };
  const more = { licences: ["MIT"], contacts: ["ops@x.example"], notes: { Data: "Flights." } };
  await registry.writeCard(version, parts, { author: "ada" });
  await registry.writeCard(version, { ...parts, ...more }, { author: "ada" });
  await registry.approve(version, "alias:eu", { approver: "grace", role: "owner", comment: "" });
  await registry.revokeApproval(version, "alias:eu", { ...request, approver: "grace" });
  await registry.tag(version, { team: "x", old: null }, { actor: "ada" });
  await refused(registry.certified(version.name, version.version, 2));
  await content(ws);
}

async function content({ registry }: Workspace): Promise<void> {
  const message = { role: "user", content: "Late? {{flight}}" };
  const late = prompt("late", { template: [message], variables: ["flight"], parameters: { temperature: 0 } });
  const about = { author: "ada", contributors: ["bob"], tags: { team: "x" } };
  const first = await registry.registerContent(late, about);
  await refused(registry.load("late", 1));
  await promoted(registry.breakGlass(first, "production", { ...request, role: "on-call", expiresIn: "1h" }));
  const evaluation = { cases: "flights", rows: 10, metrics: { exact: { value: 0.9, n: 10 } } };
  const compared = { champion: 1, metric: "exact", difference: { value: 0.1, lower: 0, upper: 0.2, n: 10 } };
  const second = await registry.registerContent(late, {
    ...about,
    evaluation: { ...evaluation, comparison: compared },
  });
  await registry.deprecate(first, { ...request, replacedBy: second.version, until: new Date(Date.UTC(2100, 0)) });
  const old = await registry.promote(second, "staging", request);
  if (old.outcome !== "promoted") throw new Error(old.reasons.join());
  await registry.deprecate(second, request);
  const closed = await registry.promote(second, "candidate", request);
  if (closed.outcome === "promoted") throw new Error("a deprecated version was promoted");
  await promoted(registry.breakGlass(second, "candidate", { ...request, role: "on-call", expiresIn: "1h" }));
  await refused(registry.registerContent(late, { author: " " }));
  await registry.registerContent(config("limits", { schema: z.number(), value: 0.5 }), about);
}

async function promoted(result: ReturnType<Workspace["registry"]["alias"]>): Promise<void> {
  const answer = await result;
  if (answer.outcome === "refused") throw new Error(answer.reasons.join());
}

async function refused(call: Promise<unknown>): Promise<void> {
  const answer = await call.then(
    () => "answered",
    () => undefined,
  );
  if (answer !== undefined) throw new Error("it was to be refused");
}
