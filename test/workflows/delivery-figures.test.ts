import { expect, test } from "vitest";
import type { AuditRecord } from "../../src/contracts/audit-log.ts";
import type { JsonValue } from "../../src/core/canonical-json.ts";
import { digestOf } from "../../src/core/digest.ts";
import { deliveryFigures } from "../../src/workflows/delivery-figures.ts";
import { makeChampion, openRegistry, passedRollout } from "../registry/registry-fixture.ts";

const hour = 3_600_000;

function records(
  ...events: readonly (readonly [kind: string, subject: string, hours: number, body?: JsonValue])[]
): AuditRecord[] {
  return events.map(([kind, subject, hours, body = {}], index) => ({
    schema: 1,
    kind,
    subject,
    actor: "ada",
    body,
    index,
    timeMs: hours * hour,
    hash: digestOf(`${index}`),
  }));
}

test("lead times run from registration to the first production, sorted; a comeback is no second delivery", () => {
  const figures = deliveryFigures(
    records(
      ["version.registered", "m@1", 0],
      ["version.promoted", "m@1", 1, { to: "staging" }],
      ["version.registered", "m@2", 2],
      ["version.registered", "other@1", 2],
      ["version.promoted", "m@1", 10, { to: "production" }],
      ["version.promoted", "m@2", 5, { to: "production" }],
      ["version.promoted", "other@1", 6, { to: "production" }],
      ["version.promoted", "m@1", 500, { to: "production" }],
    ),
  );
  expect(figures).toMatchObject({ leadTimeHours: [3, 4, 10], leadTimeP50Hours: 4, deployments: 3, registered: 3 });
});

test("the middle of an even number of lead times is the mean of the two", () => {
  const figures = deliveryFigures(
    records(
      ["version.registered", "m@1", 0],
      ["version.registered", "m@2", 0],
      ["version.promoted", "m@1", 2, { to: "production" }],
      ["version.promoted", "m@2", 6, { to: "production" }],
    ),
  );
  expect(figures.leadTimeP50Hours).toBe(4);
});

test("refusals, rollbacks, alerts and retrainings are counted; nothing delivered has no lead time", () => {
  const figures = deliveryFigures(
    records(
      ["version.registered", "m@1", 0],
      ["gate.refused", "m@1", 1],
      ["gate.refused", "m@1", 2],
      ["rollout.rolledBack", "m@1", 3],
      ["alert.raised", "inputs", 4],
      ["alert.resolved", "inputs", 4],
      ["retraining.started", "retrain", 5],
    ),
  );
  expect(figures).toEqual({
    leadTimeHours: [],
    leadTimeP50Hours: undefined,
    deployments: 0,
    registered: 1,
    gateRefusals: 2,
    rollbacks: 1,
    alerts: 1,
    retrainings: 1,
  });
});

test("the registry's own records are understood: two champions, a refusal and a rollback", async () => {
  const open = await openRegistry();
  try {
    await makeChampion(open, await open.registerSkill(0.8));
    const second = await open.registerSkill(1);
    open.clock.advance(6 * hour);
    open.others.rollout = passedRollout(2, 1);
    await makeChampion(open, second);
    const third = await open.registerSkill(0.9);
    open.others.serviceHash = undefined;
    expect((await open.registry.promote(third, "staging", { actor: "ada", reason: "r" })).outcome).toBe("refused");
    open.others.serviceHash = third.service.hash;
    await open.registry.rollback("delay", 1, { actor: "ada", reason: "errors rise" });
    expect(deliveryFigures(await open.ledger.audit.read())).toMatchObject({
      leadTimeHours: [0, 6],
      leadTimeP50Hours: 3,
      deployments: 2,
      registered: 3,
      gateRefusals: 1,
    });
  } finally {
    await open.close();
  }
});
