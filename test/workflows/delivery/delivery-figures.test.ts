import { expect, test } from "vitest";
import { deliveryFigures } from "../../../src/workflows/delivery/delivery-figures.ts";
import { makeChampion, openRegistry, passedRollout } from "../../registry/registry-fixture.ts";
import { auditRecords as records, type WrittenEvent } from "../../support/audit-records.ts";

const hour = 3_600_000;
const production = { from: "candidate", to: "production" };
const back = { from: "archived", to: "production" };

test("lead times run from registration to the first production, sorted; a comeback is no second delivery", () => {
  const figures = deliveryFigures(
    records(
      ["version.registered", "m@1", 0],
      ["version.promoted", "m@1", 1, { to: "staging" }],
      ["version.registered", "m@2", 2],
      ["version.registered", "other@1", 2],
      ["version.promoted", "m@1", 10, production],
      ["version.promoted", "m@2", 5, production],
      ["version.promoted", "other@1", 6, production],
      ["version.promoted", "m@1", 500, back],
    ),
  );
  expect(figures).toMatchObject({ leadTimeHours: [3, 4, 10], deployments: 3, registered: 3 });
  expect(figures.leadTime).toEqual({ cases: 3, p50Hours: 4, note: "3 cases: p90 needs 10" });
});

test("quantiles are given from as many cases on as they need, and not before; the fewest can be chosen", () => {
  const deployed = (n: number): WrittenEvent[] =>
    Array.from({ length: n }, (_, i): WrittenEvent[] => [
      ["version.registered", `m@${i}`, 0],
      ["version.promoted", `m@${i}`, i + 1, production],
    ]).flat();
  expect(deliveryFigures(records(...deployed(2))).leadTime).toEqual({
    cases: 2,
    note: "2 cases: p50 needs 3, p90 needs 10",
  });
  // Type 7 of 1…10: 0.9 · 9 = 8.1, so 9 + 0.1.
  expect(deliveryFigures(records(...deployed(10))).leadTime).toEqual({ cases: 10, p50Hours: 5.5, p90Hours: 9.1 });
  const chosen = deliveryFigures(records(...deployed(2)), { fewest: { p50: 2, p90: 2 } });
  expect(chosen.leadTime).toEqual({ cases: 2, p50Hours: 1.5, p90Hours: 1.9 });
  expect(() => deliveryFigures([], { fewest: { p50: 0 } })).toThrow("argument/invalid");
});

test("the gates' refusals are a share of what gates judged; a refused approval is counted, but not among them", () => {
  const judged = { outcomes: [{ gate: "threshold", outcome: "fail", reason: "r" }], reasons: ["r"] };
  const figures = deliveryFigures(
    records(
      ["version.registered", "m@1", 0],
      ["gate.refused", "m@1", 1, judged],
      ["gate.refused", "m@1", 2, { outcomes: [], reasons: ["approval by the author"] }],
      ["version.promoted", "m@1", 3, { to: "staging" }],
      ["version.promoted", "m@1", 4, { to: "candidate" }],
      ["version.promoted", "m@1", 5, production],
    ),
  );
  expect(figures.gateRefusals).toBe(2);
  expect(figures.gateRefusalRate).toMatchObject({ count: 1, of: 4, share: 0.25 });
});

test("a version that a guardrail or a person took back counts once; the share is of those that users met", () => {
  const rollout = { rollout: "r1" };
  const figures = deliveryFigures(
    records(
      ["version.registered", "m@1", 0],
      ["version.promoted", "m@1", 1, production],
      ["version.registered", "m@2", 2],
      ["rollout.started", "m@2", 3, rollout],
      ["rollout.rolledBack", "m@2", 5, rollout, "system"],
      ["version.registered", "m@3", 6],
      ["rollout.started", "m@3", 7, { rollout: "r2" }],
      ["rollout.passed", "m@3", 8, { rollout: "r2" }],
      ["version.promoted", "m@3", 9, production],
      ["version.promoted", "m@1", 10, back],
      ["version.registered", "m@4", 11],
    ),
  );
  expect(figures.rollbacks).toBe(2);
  expect(figures.rollbackRate).toMatchObject({ count: 2, of: 3, share: 2 / 3 });
  expect(figures.timeToDetect).toMatchObject({ cases: 1 });
});

test("detection runs from the first bad window, restoring to what ends the alert first", () => {
  const raised = (alert: string, sinceHours: number) => ({ alert, model: "m", sinceMs: sinceHours * hour });
  const figures = deliveryFigures(
    records(
      ["alert.raised", "inputs", 10, raised("a", 4), "system"],
      ["alert.resolved", "inputs", 12, { alert: "a", comment: "" }],
      ["alert.raised", "inputs", 20, raised("b", 18), "system"],
      ["version.promoted", "m@2", 23, production],
      ["alert.resolved", "inputs", 40, { alert: "b", comment: "" }],
      ["alert.raised", "inputs", 50, raised("c", 49), "system"],
      ["version.promoted", "other@2", 51, production],
      ["alert.raised", "older", 60, { alert: "d" }, "system"],
    ),
    { fewest: { p50: 1, p90: 1 } },
  );
  // 6, 2 and 1 hours to see it; 2 and 3 to mend it. What an older library recorded without a beginning is in no figure.
  expect(figures.timeToDetect).toEqual({ cases: 3, p50Hours: 2, p90Hours: 5.2 });
  expect(figures.timeToRestore).toEqual({ cases: 2, p50Hours: 2.5, p90Hours: 2.9 });
  expect(figures).toMatchObject({ alerts: 4, openAlerts: 2 });
});

test("sustained is production without a break up to the end; who is too young counts for nothing", () => {
  const day = 24;
  const figures = deliveryFigures(
    records(
      ["version.registered", "steady@1", 0],
      ["version.registered", "shelf@1", 0],
      ["version.registered", "left@1", 0],
      ["version.promoted", "steady@1", day, production],
      ["version.promoted", "left@1", day, production],
      ["version.registered", "steady@2", 30 * day],
      ["version.archived", "steady@1", 31 * day, { from: "production", to: "archived" }],
      ["version.promoted", "steady@2", 31 * day, production],
      ["version.archived", "left@1", 35 * day, { from: "production", to: "archived" }],
      ["version.registered", "young@1", 39 * day],
      ["version.promoted", "young@1", 40 * day, production],
    ),
  );
  expect(figures.sustained).toMatchObject({
    count: 1,
    of: 3,
    share: 1 / 3,
    tooYoung: 1,
    sustainedForMs: 30 * day * hour,
  });
  expect(figures.deploymentsPerWeek).toBeCloseTo(4 / (40 / 7), 12);
});

test("human action is sittings of a person's acts; programs do none", () => {
  const figures = deliveryFigures(
    records(
      ["version.registered", "m@1", 0],
      ["version.promoted", "m@1", 0.25, { to: "staging" }],
      ["version.promoted", "m@1", 0.5, { to: "candidate" }],
      ["version.approved", "m@1", 0.5, {}, "grace"],
      ["version.promoted", "m@1", 9, production],
      ["rollout.advanced", "m@1", 9, {}, "system"],
      ["version.registered", "m@2", 9, {}, "ci-bot"],
    ),
    { automation: ["system", "ci-bot"] },
  );
  // ada: half an hour and five minutes, and five minutes at nine; grace: five minutes.
  expect(figures.humanAction).toEqual({ acts: 5, actors: 2, sittings: 3, hours: expect.closeTo(0.75, 12) });
});

test("a period and a model narrow the figures; nothing recorded is said to be nothing", () => {
  const log = records(
    ["version.registered", "a@1", 0],
    ["version.promoted", "a@1", 2, production],
    ["version.registered", "b@1", 3],
    ["version.promoted", "b@1", 8, production],
  );
  expect(deliveryFigures(log, { fromMs: 5 * hour }).leadTimeHours).toEqual([5]);
  expect(deliveryFigures(log, { toMs: 5 * hour }).leadTimeHours).toEqual([2]);
  expect(deliveryFigures(log, { model: "a" })).toMatchObject({ model: "a", registered: 1, leadTimeHours: [2] });
  expect(deliveryFigures([])).toMatchObject({ period: null, leadTime: { cases: 0 }, humanAction: { hours: 0 } });
  expect(String(deliveryFigures([]))).toContain("nothing recorded");
  expect(() => deliveryFigures(log, { fromMs: 2, toMs: 1 })).toThrow("argument/invalid");
});

test("the registry's own records are understood: two champions, a refusal and a rollback; the print says so", async () => {
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
    const figures = deliveryFigures(await open.ledger.audit.read(), { fewest: { p50: 2 } });
    expect(figures).toMatchObject({
      leadTimeHours: [0, 6],
      leadTime: { cases: 2, p50Hours: 3 },
      deployments: 2,
      registered: 3,
      gateRefusals: 1,
      gateRefusalRate: { count: 1, of: 8 },
      rollbacks: 1,
      rollbackRate: { count: 1, of: 2 },
    });
    expect(String(figures)).toMatch(/lead time, registered → production +p50 3h \(2 cases: p90 needs 10\)/);
    expect(JSON.parse(JSON.stringify(figures))).toEqual({ ...figures });
  } finally {
    await open.close();
  }
});
