import { generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { keyIdOf } from "../../src/backends/fs/pinned-keys-verifier.ts";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { canary } from "../../src/serving/canary.ts";
import { disagreement, errorRate } from "../../src/serving/guardrails.ts";
import { SqlRolloutEvidence } from "../../src/serving/rollout/sql-rollout-evidence.ts";
import { type Harness, requests, withHarness } from "../serving/support/harness.ts";
import { editStore, rowsOf, sql } from "../support/edit-store.ts";
import { appendForged, copyTables, putTablesBack } from "../support/forge-store.ts";

const plan = canary({
  steps: [
    { share: 0, minRequests: 300 },
    { share: 0.3, minRequests: 400 },
  ],
  guardrails: [errorRate(), disagreement({ bound: 0.4, atMost: 0.1 })],
});

/** A rollout of version 2 that was rolled back, because it differs in every answer. */
async function rolledBack(harness: Harness): Promise<void> {
  await harness.source.add(2, [1, 5], 0.5, "challenger");
  const router = await harness.router();
  await router.startRollout(2, plan);
  for (let sent = 0; sent < 600; sent += 100) await router.predictMany(requests(sent, 100));
  await router.close();
  expect(await new SqlRolloutEvidence(harness.options).evidence("score", 2)).toMatchObject({ phase: "rolledBack" });
}

const evidence = (harness: Harness): Promise<unknown> =>
  new SqlRolloutEvidence(harness.options).evidence("score", 2).then(
    (found) => found,
    (error: unknown) => error,
  );

/** A text with one of its characters replaced, at a few places, and lengthened. */
function edits(text: string): readonly string[] {
  const step = Math.max(1, Math.floor(text.length / 12));
  const changed = Array.from({ length: 12 }, (_, i) => i * step)
    .filter((at) => at < text.length)
    .map((at) => text.slice(0, at) + (text[at] === "x" ? "y" : "x") + text.slice(at + 1));
  return [...changed, `${text} `];
}

async function eachEdit(harness: Harness, table: string, column: string, check: () => Promise<void>): Promise<void> {
  const [row] = await rowsOf(harness.metadata, sql`select ${sql.ref(column)} as value from ${sql.table(table)}`);
  const value = String(row?.["value"]);
  for (const text of edits(value)) {
    await editStore(harness.metadata, sql`update ${sql.table(table)} set ${sql.ref(column)} = ${text}`);
    await check();
  }
  await editStore(harness.metadata, sql`update ${sql.table(table)} set ${sql.ref(column)} = ${value}`);
}

test("evidence of a rollout: any edited byte, a forged signature and a deleted row are found", async () => {
  await withHarness(async (harness) => {
    await rolledBack(harness);
    for (const column of ["body", "key_id", "signature", "rollout_id", "model"]) {
      await eachEdit(harness, "serving_rollout_evidence", column, async () => {
        expect(await evidence(harness), column).toMatchObject({
          code:
            column === "key_id"
              ? expect.stringMatching(/serving\/tampered|certificate\/unknown-key/)
              : "serving/tampered",
          message: expect.stringContaining("rollout evidence of score@2"),
        });
      });
    }
    expect(await evidence(harness)).toMatchObject({ phase: "rolledBack" });
    const [row] = await rowsOf(harness.metadata, sql`select body, key_id from serving_rollout_evidence`);
    const body = String(row?.["body"]).replace('"rolledBack"', '"passed"');
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const signature = sign(null, Buffer.from(body), privateKey).toString("base64");
    const keyId = keyIdOf(publicKey.export({ type: "spki", format: "pem" }).toString());
    await editStore(
      harness.metadata,
      sql`update serving_rollout_evidence set body = ${body}, signature = ${signature}, key_id = ${keyId}`,
    );
    expect(await evidence(harness)).toMatchObject({ code: "certificate/unknown-key" });
    const own = String(row?.["key_id"]);
    await editStore(harness.metadata, sql`update serving_rollout_evidence set key_id = ${own}`);
    expect(await evidence(harness)).toMatchObject({ code: "serving/tampered" });
    await editStore(harness.metadata, sql`delete from serving_rollout_evidence`);
    expect(await evidence(harness)).toMatchObject({
      code: "serving/tampered",
      message: expect.stringContaining("(rollout.rolledBack) tells of evidence that is not there"),
    });
  });
});

/** A router whose rollout of a challenger has passed. */
async function passedRouter(harness: Harness): ReturnType<Harness["router"]> {
  await harness.source.add(2, [1, 0.1], 0.5, "challenger");
  const router = await harness.router();
  await router.startRollout(2, plan);
  for (let sent = 0; router.status().rollout?.phase !== "passed"; sent += 100) {
    await router.predictMany(requests(sent, 100));
    await router.flush();
  }
  return router;
}

test("evidence that passed cannot stand in for a later rollback of the same version", async () => {
  await withHarness(async (harness) => {
    const router = await passedRouter(harness);
    const [passed] = await rowsOf(harness.metadata, sql`select * from serving_rollout_evidence`);
    await router.abort({ actor: "ann", reason: "second thoughts" });
    await router.close();
    expect(await evidence(harness)).toMatchObject({ phase: "aborted" });
    await editStore(
      harness.metadata,
      sql`update serving_rollout_evidence set body = ${passed?.["body"]}, signature = ${passed?.["signature"]}, digest = ${passed?.["digest"]}`,
    );
    expect(await evidence(harness)).toMatchObject({
      code: "serving/tampered",
      message: expect.stringContaining("tells of other evidence"),
    });
  });
});

test("170 evidence that passed, told of again by a record that was added after a later rollback", async () => {
  await withHarness(async (harness) => {
    const router = await passedRouter(harness);
    const old = await copyTables(harness.metadata, ["serving_rollout_evidence"]);
    const { audit } = harness.options.ledger;
    const passed = (await audit.read({ subject: "score@2" })).findLast(({ kind }) => kind === "rollout.passed");
    await router.abort({ actor: "ann", reason: "second thoughts" });
    await router.close();
    await putTablesBack(harness.metadata, old);
    if (passed === undefined) throw new Error("nothing passed");
    await appendForged(harness.metadata, passed, passed.timeMs);
    expect(await audit.verify()).toMatchObject({ valid: true });
    expect(await evidence(harness)).toMatchObject({
      code: "serving/tampered",
      message: expect.stringContaining(`tells again what audit record ${passed.index} told`),
    });
  });
});

test("the state of a running rollout: counts, columns and seen units cannot be edited", async () => {
  await withHarness(async (harness) => {
    await harness.source.add(2, [1, 0.1], 0.5, "challenger");
    const router = await harness.router();
    await router.startRollout(2, plan);
    await router.predictMany(requests(0, 100));
    await router.close();
    const refusedToStart = async (named: string): Promise<void> => {
      await expect(harness.router()).rejects.toMatchObject({
        code: "serving/tampered",
        message: expect.stringContaining(named),
      });
    };
    await eachEdit(harness, "serving_rollout", "state", () => refusedToStart("its state does not carry"));
    const [row] = await rowsOf(
      harness.metadata,
      sql`select state, units from serving_rollout join serving_rollout_units using (rollout_id)`,
    );
    const state = JSON.parse(String(row?.["state"]));
    const better = canonicalJson({ ...state, pairs: { n: 100_000, bad: 0 }, errors: { n: 100_000, bad: 0 } });
    await editStore(harness.metadata, sql`update serving_rollout set state = ${better}`);
    await refusedToStart("its state does not carry");
    await editStore(harness.metadata, sql`update serving_rollout set state = ${canonicalJson(state)}, champion = 7`);
    await refusedToStart("its champion is 7, signed as 1");
    await editStore(harness.metadata, sql`update serving_rollout set champion = 1`);
    await editStore(harness.metadata, sql`update serving_rollout_units set units = x'00000000'`);
    await refusedToStart("the units it has seen");
    await editStore(harness.metadata, sql`delete from serving_rollout_units`);
    await refusedToStart("the units it has seen");
  });
});
