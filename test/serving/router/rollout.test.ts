import { expect, test } from "vitest";
import type { RolloutPlan } from "../../../src/contracts/rollout.ts";
import { canary } from "../../../src/serving/canary.ts";
import { badOutcome, disagreement, errorRate } from "../../../src/serving/guardrails.ts";
import { SqlRolloutEvidence } from "../../../src/serving/rollout/sql-rollout-evidence.ts";
import type { CanaryRouter } from "../../../src/serving/router/canary-router.ts";
import { type Harness, type Output, type Request, requests, withHarness } from "../support/harness.ts";

const plan = canary({
  steps: [
    { share: 0, minRequests: 400 },
    { share: 0.2, minRequests: 600 },
    { share: 0.5, minRequests: 600 },
  ],
  guardrails: [errorRate(), disagreement({ bound: 0.5, atMost: 0.2 })],
});

type Router = CanaryRouter<Request, Output>;

/** Sends batches of 100 until the rollout is where it is expected, or fails. */
async function serveUntil(
  router: Router,
  phases: readonly string[],
  from: number = 0,
  limit: number = 20_000,
): Promise<number> {
  for (let sent = from; sent < limit; sent += 100) {
    const results = await router.predictMany(requests(sent, 100));
    expect(results.every((result) => result.ok)).toBe(true);
    await router.flush();
    if (phases.includes(router.status().rollout?.phase ?? "")) return sent + 100;
  }
  throw new Error(`still ${router.status().rollout?.phase}: ${router.status().rollout?.reason}`);
}

async function kinds(harness: Harness): Promise<readonly string[]> {
  return (await harness.audit.read()).map((record) => record.kind);
}

test("a good challenger passes on evidence, and is promoted when the registry says so", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 0.1], 0.5, "challenger");
    const router = await harness.router();
    await router.startRollout(2, plan, { actor: "ann" });
    expect(harness.challenger.rows).toBe(0);
    const sent = await serveUntil(router, ["passed"]);
    expect(sent).toBeLessThan(5000);
    const evidence = await new SqlRolloutEvidence(harness.options).evidence("score", 2);
    expect(evidence).toMatchObject({
      phase: "passed",
      champion: 1,
      challenger: 2,
      planDigest: plan.digest,
      requests: sent,
    });
    expect(evidence?.guardrails.every(({ safeE, needed }) => safeE >= needed)).toBe(true);
    expect(await new SqlRolloutEvidence(harness.options).evidence("score", 1)).toBeUndefined();
    harness.source.promote(2);
    await router.refresh();
    expect(router.status()).toMatchObject({ champion: 2, rollout: { phase: "promoted", share: 0 } });
    expect((await router.predict({ user: "u", x: 1 })).version).toBe(2);
    expect(await new SqlRolloutEvidence(harness.options).evidence("score", 2)).toEqual(evidence);
    await router.close();
    expect(await kinds(harness)).toEqual([
      "rollout.started",
      "rollout.advanced",
      "rollout.advanced",
      "rollout.passed",
      "rollout.promoted",
    ]);
    expect(harness.verdicts.map(({ verdict }) => verdict)).toEqual(["advanced", "advanced", "passed", "promoted"]);
    expect(await harness.audit.verify()).toMatchObject({ valid: true });
    expect(harness.champion.disposed + harness.challenger.disposed).toBe(3);
  });
});

test("nobody sees a shadow prediction, and each is in the log beside its answer", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 0.1], 0.5, "challenger");
    const router = await harness.router();
    await router.startRollout(2, plan);
    const results = await router.predictMany(requests(0, 50));
    expect(results.every((result) => result.ok && result.prediction.version === 1)).toBe(true);
    await router.close();
    const ids: string[] = [];
    for await (const batch of harness.log.read("score", 0, Number.POSITIVE_INFINITY)) {
      for (const [i, id] of batch.ids.entries()) {
        expect(id.endsWith(".shadow")).toBe(batch.role[i] === "shadow");
        expect(batch.version[i]).toBe(batch.role[i] === "shadow" ? 2 : 1);
        ids.push(id);
      }
    }
    const answers = ids.filter((id) => !id.endsWith(".shadow"));
    expect(answers).toHaveLength(50);
    expect(ids.filter((id) => id.endsWith(".shadow")).sort()).toEqual(answers.map((id) => `${id}.shadow`).sort());
  });
});

test("a challenger that throws on 3% of requests is rolled back by itself, and no caller sees an error", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 0], 0.5, "challenger");
    harness.challenger.onRow = (x) => {
      if (x % 33 === 7) throw new Error("boom");
    };
    const router = await harness.router();
    await router.startRollout(2, plan);
    const sent = await serveUntil(router, ["rolledBack"]);
    expect(sent).toBeLessThan(2000);
    expect(router.status().rollout).toMatchObject({ phase: "rolledBack", share: 0 });
    expect(harness.challenger.disposed).toBe(1);
    const calls = harness.challenger.calls;
    await router.predictMany(requests(sent, 200));
    expect(harness.challenger.calls).toBe(calls);
    expect(await new SqlRolloutEvidence(harness.options).evidence("score", 2)).toMatchObject({ phase: "rolledBack" });
    expect((await kinds(harness)).at(-1)).toBe("rollout.rolledBack");
    await router.close();
  });
});

test("a challenger that only goes wrong once it is exposed is rolled back from its share", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 0], 0.5, "challenger");
    const router = await harness.router();
    await router.startRollout(2, plan);
    const sent = await serveUntil(router, ["baking"]);
    harness.challenger.onRow = (x) => {
      if (x % 10 === 7) throw new Error("boom");
    };
    await serveUntil(router, ["rolledBack"], sent);
    expect(router.status().failed).toBe(0);
    expect(router.status().fellBack).toBeGreaterThan(3);
    await router.close();
  });
});

test("a challenger that answers otherwise is rolled back in shadow", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 3], 0.5, "challenger");
    const router = await harness.router();
    await router.startRollout(2, plan);
    expect(await serveUntil(router, ["rolledBack"])).toBeLessThanOrEqual(200);
    expect(router.status().rollout?.reason).toMatch(/^disagreement/);
    await router.close();
  });
});

test("late outcomes roll back a challenger whose answers prove wrong", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [-1, 0], 0.5, "challenger");
    const guardrails = [badOutcome({ output: "score", outcome: "truth", bound: 0.5 })];
    const router = await harness.router();
    await router.startRollout(2, canary({ steps: [{ share: 0.5, minRequests: 1e6 }], guardrails }));
    for (let sent = 0; sent < 1000 && router.status().rollout?.phase === "baking"; sent += 50) {
      const asked = requests(sent + 1, 50);
      const results = await router.predictMany(asked);
      await router.outcomes(
        results.flatMap((result, i) =>
          result.ok
            ? [{ predictionId: result.prediction.predictionId, timeMs: 1, values: { truth: asked[i]?.x ?? 0 } }]
            : [],
        ),
      );
    }
    expect(router.status().rollout?.phase).toBe("rolledBack");
    expect(router.status().rollout?.reason).toMatch(/^outcome/);
    await router.close();
    expect((await harness.log.readOutcomes("score")).size).toBeGreaterThan(40);
  });
});

test("a rollout goes on after a restart, as if nothing had happened", async () => {
  const trace = async (restartEvery: number): Promise<readonly unknown[]> => {
    const states: unknown[] = [];
    await withHarness(async (harness) => {
      await harness.source.add(2, [1, 0.1], 0.5, "challenger");
      harness.challenger.onRow = (x) => {
        if (x % 250 === 249) throw new Error("rare");
      };
      harness.champion.onRow = harness.challenger.onRow;
      let router = await harness.router();
      await router.startRollout(2, plan);
      for (let batch = 0; batch < 12; batch++) {
        await router.predictMany(requests((batch * 70) % 500, 100));
        if (batch % restartEvery === restartEvery - 1) {
          await router.close();
          router = await harness.router();
        }
        await router.flush();
        const { id, ...rollout } = router.status().rollout ?? { id: "" };
        expect(id).not.toBe("");
        states.push(rollout);
      }
      await router.close();
    });
    return states;
  };
  expect(await trace(2)).toEqual(await trace(1000));
});

test("a new champion aborts a rollout against the old one", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 0], 0.5, "challenger");
    await harness.source.add(3, [1, 0], 1);
    const router = await harness.router();
    await router.startRollout(2, plan);
    harness.source.promote(3);
    await router.refresh();
    expect(router.status()).toMatchObject({ champion: 3, rollout: { phase: "aborted", challenger: 2 } });
    expect(harness.challenger.disposed).toBe(1);
    await router.startRollout(2, plan);
    expect(router.status().rollout?.phase).toBe("shadowing");
    await router.close();
  });
});

test("a challenger that loses its certificate is not served any more", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 0], 0.5, "challenger");
    const router = await harness.router();
    await router.startRollout(2, plan);
    harness.source.revoke(2);
    await router.refresh();
    expect(router.status().rollout).toMatchObject({
      phase: "aborted",
      reason: expect.stringContaining("not-certified"),
    });
    await router.close();
  });
});

test("a rollout needs a certificate for its largest share, and one runs at a time", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 0], 0.3, "challenger");
    await harness.source.add(3, [1, 0], 0.5, "challenger");
    const router = await harness.router();
    await expect(router.startRollout(2, plan)).rejects.toMatchObject({ code: "serving/not-certified" });
    await router.startRollout(3, plan);
    await router.startRollout(3, plan);
    const small = canary({ steps: [{ share: 0.1, minRequests: 10 }] });
    await expect(router.startRollout(2, small)).rejects.toMatchObject({ code: "serving/rollout-active" });
    await expect(router.startRollout(1, small)).rejects.toMatchObject({ code: "argument/invalid" });
    await router.abort({ actor: "ann", reason: "changed our mind" });
    await expect(router.abort({ actor: "ann", reason: "again" })).rejects.toMatchObject({ code: "serving/no-rollout" });
    const records = await harness.audit.read();
    expect(records.at(-1)).toMatchObject({ kind: "rollout.aborted", actor: "ann", subject: "score@3" });
    await router.close();
  });
});

test("two routers of one store share a rollout: what each saw counts once, and a verdict reaches both", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 0], 0.5, "challenger");
    const shared: RolloutPlan = canary({ steps: [{ share: 0.5, minRequests: 1e6 }], guardrails: [errorRate()] });
    const first = await harness.router();
    await first.startRollout(2, shared);
    const second = await harness.router();
    expect(second.status().rollout?.id).toBe(first.status().rollout?.id);
    await Promise.all([first.predictMany(requests(0, 300)), second.predictMany(requests(200, 300))]);
    await Promise.all([first.flush(), second.flush()]);
    await first.refresh();
    await second.refresh();
    expect(first.status().rollout?.requests).toBe(600);
    expect(first.status().rollout).toEqual(second.status().rollout);
    harness.challenger.onRow = () => {
      throw new Error("down");
    };
    await second.predictMany(requests(1000, 200));
    await second.flush();
    expect(second.status().rollout?.phase).toBe("rolledBack");
    await first.refresh();
    expect(first.status().rollout?.phase).toBe("rolledBack");
    expect((await kinds(harness)).filter((kind) => kind === "rollout.rolledBack")).toHaveLength(1);
    await first.close();
    await second.close();
  });
});

test("a rollout is started of a number or a version of this model, and of nothing else", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 0.1], 0.5, "challenger");
    const router = await harness.router();
    for (const text of ['{"name":"other","version":2}', '{"name":"score"}', '"2"', "null", "0", "1.5"]) {
      const challenger: number = JSON.parse(text);
      await expect(router.startRollout(challenger, plan), text).rejects.toMatchObject({ code: "argument/invalid" });
    }
    expect(router.status().rollout).toBeUndefined();
    await router.startRollout({ name: "score", version: 2 }, plan);
    expect(router.status().rollout).toMatchObject({ challenger: 2 });
    await router.startRollout(2, plan);
    await router.close();
  });
});
