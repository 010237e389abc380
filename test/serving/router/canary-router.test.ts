import { expect, test, vi } from "vitest";
import { isSluiceError } from "../../../src/core/errors.ts";
import type { PredictionBatch } from "../../../src/contracts/prediction-log.ts";
import { canary } from "../../../src/serving/canary.ts";
import { errorRate } from "../../../src/serving/guardrails.ts";
import { bucketOf } from "../../../src/serving/assign.ts";
import { inputFromJson } from "../../../src/ledger/segments/feature-input-json.ts";
import { type Harness, requests, withHarness } from "../support/harness.ts";

async function logged(harness: Harness): Promise<readonly PredictionBatch[]> {
  const batches: PredictionBatch[] = [];
  for await (const batch of harness.log.read("score", 0, Number.POSITIVE_INFINITY)) batches.push(batch);
  return batches;
}

test("the champion answers, and each answer is in the log with its features and certificate", async () => {
  await withHarness(async (harness) => {
    const router = await harness.router();
    const { output, predictionId, version, role, share, fellBack } = await router.predict({ user: "ann", x: 3 });
    expect({ output, version, role, share, fellBack }).toEqual({
      output: { score: 3 },
      version: 1,
      role: "champion",
      share: 0,
      fellBack: false,
    });
    await router.close();
    const [batch] = await logged(harness);
    expect(batch).toMatchObject({ rows: 1, ids: [predictionId], role: ["champion"], featureNames: ["f.x", "f.one"] });
    expect(batch?.features).toEqual(Float64Array.of(3, 1));
    expect(inputFromJson(batch?.inputs[0] ?? "")).toEqual({ user: "ann", x: 3 });
    const { certificate } = await harness.source.champion();
    expect(batch?.certificates[1]).toBe(certificate.digest);
  });
});

test("a version without a certificate is not served", async () => {
  await withHarness(async (harness) => {
    harness.source.revoke(1);
    await expect(harness.router()).rejects.toMatchObject({ code: "serving/no-champion" });
  });
});

test("a version of other features is not served", async () => {
  await withHarness(async (harness) => {
    const model = {
      ...harness.options.model,
      features: { ...harness.options.model.features, hash: `sha256:${"0".repeat(64)}` as const },
    };
    await expect(harness.router({ model })).rejects.toMatchObject({ code: "features/hash-mismatch" });
  });
});

test("predictMany reads features once and calls the model once", async () => {
  await withHarness(async (harness) => {
    const router = await harness.router();
    const results = await router.predictMany(requests(0, 300), { atMs: new Float64Array(300).fill(77) });
    expect(results.every((result) => result.ok)).toBe(true);
    expect(harness.reader.reads).toBe(1);
    expect(harness.champion.calls).toBe(1);
    await router.close();
    const [batch] = await logged(harness);
    expect(batch?.rows).toBe(300);
    expect([batch?.timeMs[299], batch?.atMs[299]]).toEqual([77, 77]);
  });
});

test("bad rows fail alone, each with its own error", async () => {
  await withHarness(async (harness) => {
    harness.champion.onRow = (x) => {
      if (x === 13) throw new Error("thirteen");
    };
    const router = await harness.router();
    const broken: unknown = { user: "u", x: "text" };
    const rows = [...requests(1, 20), { user: "", x: 1 }, { user: "u", x: -1 }, { user: "u", x: -2 }];
    const results = await router.predictMany([...rows, broken as (typeof rows)[number]]);
    const codes = results.flatMap((result, i) =>
      result.ok ? [] : [[i, result.error.code, result.error.message] as const],
    );
    expect(codes.map(([i, code]) => [i, code])).toEqual([
      [12, "serving/prediction-failed"],
      [20, "serving/invalid-request"],
      [21, "serving/prediction-failed"],
      [22, "features/invalid-input"],
      [23, "serving/invalid-request"],
    ]);
    expect(codes[0]?.[2]).toContain("thirteen");
    expect(codes[2]?.[2]).toContain("f.x missing");
    expect(codes[4]?.[2]).toContain('field "x"');
    expect(results[19]).toMatchObject({ ok: true, prediction: { output: { score: 20 } } });
    await router.close();
  });
});

test("single predictions that come together share batches", async () => {
  await withHarness(async (harness) => {
    const router = await harness.router();
    const answers = await Promise.all(requests(0, 200).map((request) => router.predict(request)));
    expect(answers.map(({ output }) => output.score)).toEqual(requests(0, 200).map(({ x }) => x));
    expect(harness.champion.calls).toBeLessThanOrEqual(3);
    await expect(router.predict({ user: "u", x: -1 })).rejects.toMatchObject({ code: "serving/prediction-failed" });
    await expect(router.predict({ user: "u", x: 1 }, { signal: AbortSignal.abort(new Error("gone")) })).rejects.toThrow(
      "gone",
    );
    await router.close();
    await expect(router.predict({ user: "u", x: 1 })).rejects.toMatchObject({ code: "serving/closed" });
  });
});

test("the challenger answers exactly the units below its share, and the champion where it fails", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 100], 0.5, "challenger");
    harness.challenger.onRow = (x) => {
      if (x % 10 === 0) throw new Error("tens");
    };
    const router = await harness.router();
    await router.startRollout(
      2,
      canary({ steps: [{ share: 0.3, minRequests: 1e6 }], guardrails: [errorRate()], alpha: 1e-9 }),
    );
    const asked = requests(0, 400);
    const results = await router.predictMany(asked);
    let fellBack = 0;
    for (const [i, request] of asked.entries()) {
      const result = results[i];
      if (result?.ok !== true) throw new Error("every request has an answer");
      const assigned = bucketOf("score@2", request.user) < 0.3;
      const failed = assigned && request.x % 10 === 0;
      if (failed) fellBack += 1;
      expect(result.prediction).toMatchObject({
        role: assigned && !failed ? "challenger" : "champion",
        version: assigned && !failed ? 2 : 1,
        fellBack: failed,
        output: { score: assigned && !failed ? request.x + 100 : request.x },
      });
    }
    expect(fellBack).toBeGreaterThan(5);
    expect(router.status()).toMatchObject({ answered: 400, failed: 0, fellBack });
    await router.close();
  });
});

test.each([
  ["NaN", Number.NaN],
  ["infinite", Number.POSITIVE_INFINITY],
])("an output that is %s is a failure", async (_, weight) => {
  await withHarness(async (harness) => {
    const router = await harness.router();
    harness.champion.onRow = () => undefined;
    const asked = { user: "u", x: Number.MAX_VALUE };
    await harness.source.add(2, [Number.isNaN(weight) ? 1e308 : 10, Number.isNaN(weight) ? -1e308 : 0], 1);
    harness.source.promote(2);
    await router.refresh();
    await expect(router.predict(asked)).rejects.toMatchObject({ code: "serving/prediction-failed" });
    await router.close();
  });
});

test("a challenger that does not answer in time is covered by the champion", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 100], 0.9, "challenger");
    const stuck = Promise.withResolvers<void>();
    harness.challenger.before = () => stuck.promise;
    const router = await harness.router({ timeoutMs: 20 });
    await router.startRollout(2, canary({ steps: [{ share: 0.9, minRequests: 1e6 }], alpha: 1e-9 }));
    const results = await router.predictMany(requests(0, 20));
    expect(results.every((result) => result.ok && result.prediction.role === "champion")).toBe(true);
    expect(router.status().fellBack).toBeGreaterThan(10);
    stuck.resolve();
    await router.close();
  });
});

test("hot swap under load: every answer is of one version, the old one is disposed once it is drained", async () => {
  await withHarness(async (harness) => {
    harness.champion.before = () => new Promise((resolve) => setTimeout(resolve, 1));
    const router = await harness.router();
    await harness.source.add(2, [2, 0], 1);
    const versions = new Set<number>();
    const ask = async (worker: number): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        const { output, version } = await router.predict({ user: `u${worker}`, x: i + 1 });
        expect(output.score).toBe((i + 1) * version);
        versions.add(version);
      }
    };
    const work = [1, 2, 3].map(ask);
    const bulk = (async (): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        for (const result of await router.predictMany(requests(1, 10))) expect(result.ok).toBe(true);
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 20));
    harness.source.promote(2);
    await router.refresh();
    await Promise.all([...work, bulk]);
    expect([...versions].sort()).toEqual([1, 2]);
    await router.close();
    expect(harness.champion.disposed).toBe(2);
  });
});

test("a new champion is noticed by itself, and a store that fails does not stop serving", async () => {
  await withHarness(async (harness) => {
    const router = await harness.router({ refreshEveryMs: 1000 });
    const versionOf = async (): Promise<number> => {
      const [result] = await router.predictMany([{ user: "u", x: 1 }]);
      return result?.ok === true ? result.prediction.version : 0;
    };
    await harness.source.add(2, [2, 0], 1);
    harness.source.promote(2);
    expect(await versionOf()).toBe(1);
    harness.clock.advance(1000);
    expect(await versionOf()).toBe(2);
    harness.source.revoke(2);
    harness.clock.advance(1000);
    expect(await versionOf()).toBe(2);
    expect(router.status().problem).toContain("serving/no-champion");
    await router.close();
  });
});

test("a single prediction does not wait for a new champion to load", async () => {
  await withHarness(async (harness) => {
    const router = await harness.router({ refreshEveryMs: 1000 });
    await harness.source.add(2, [2, 0], 1);
    harness.source.promote(2);
    harness.clock.advance(1000);
    expect((await router.predict({ user: "u", x: 1 })).version).toBe(1);
    await expect.poll(() => router.status().champion).toBe(2);
    expect((await router.predict({ user: "u", x: 1 })).version).toBe(2);
    await router.close();
  });
});

test("a log that fails loses nothing: the rows stay buffered and the failure is told", async () => {
  await withHarness(async (harness) => {
    let isDown = true;
    const log = {
      append: async (batch: PredictionBatch) => {
        if (isDown) throw new Error("disk full");
        await harness.log.append(batch);
      },
      outcomes: harness.log.outcomes.bind(harness.log),
      read: harness.log.read.bind(harness.log),
      follow: harness.log.follow.bind(harness.log),
      readOutcomes: harness.log.readOutcomes.bind(harness.log),
    };
    const router = await harness.router({ log });
    await router.predictMany(requests(0, 1500));
    await expect(router.flush()).rejects.toThrow("disk full");
    expect(router.status().unlogged).toBe(1500);
    isDown = false;
    await router.close();
    const rows = (await logged(harness)).reduce((sum, batch) => sum + batch.rows, 0);
    expect(rows).toBe(1500);
    expect(isSluiceError(await router.flush().catch((error: unknown) => error))).toBe(false);
  });
});

test("a failed look for a new champion stays a problem until one works; storing does not hide it", async () => {
  await withHarness(async (harness) => {
    let isTampered = false;
    const { source } = harness;
    const router = await harness.router({
      refreshEveryMs: 0,
      source: {
        champion: () => source.champion(),
        certified: (model, version, share) => source.certified(model, version, share),
        revision: async () => {
          if (isTampered) throw new Error("the store was changed");
          return await source.revision();
        },
      },
    });
    isTampered = true;
    expect((await router.predictMany(requests(0, 10))).every((result) => result.ok)).toBe(true);
    await router.flush();
    expect(router.status()).toMatchObject({ unlogged: 0, problem: expect.stringContaining("the store was changed") });
    isTampered = false;
    await router.refresh();
    expect(router.status().problem).toBeUndefined();
    await router.close();
  });
});

test("a log that failed is tried again although nothing more is asked", async () => {
  await withHarness(async (harness) => {
    let failures = 1;
    const log = {
      append: async (batch: PredictionBatch) => {
        if (failures-- > 0) throw new Error("disk full");
        await harness.log.append(batch);
      },
      outcomes: harness.log.outcomes.bind(harness.log),
      read: harness.log.read.bind(harness.log),
      follow: harness.log.follow.bind(harness.log),
      readOutcomes: harness.log.readOutcomes.bind(harness.log),
    };
    const router = await harness.router({ log });
    await router.predictMany(requests(0, 10));
    await vi.waitFor(() => expect(router.status().problem).toContain("disk full"), { timeout: 5000 });
    await vi.waitFor(() => expect(router.status()).toMatchObject({ unlogged: 0, problem: undefined }), {
      timeout: 5000,
    });
    await router.close();
  });
});
