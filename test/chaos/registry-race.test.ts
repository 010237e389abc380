import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { openRegistry, type RegistryFixture } from "../registry/registry-fixture.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { endFaults, faultsOf, type RaceAnswer, raceRegistry, replay } from "../support/registry-race.ts";
import { racePolicy } from "../support/registry-race-policy.ts";

// The full size (8 processes, 1,000 operations each) runs in `npm run bench -- registry-race`.
const size = { processes: 8, operations: 25 };

async function expectOneOrder(answers: readonly RaceAnswer[], fixture: RegistryFixture): Promise<void> {
  const model = replay(await fixture.ledger.audit.read());
  expect(faultsOf(answers, model)).toEqual([]);
  const { registry, ledger } = fixture;
  expect(endFaults(await registry.versions("delay"), (await registry.aliases("delay")).champion, model)).toEqual([]);
  expect(model.champion).not.toBeNull();
  expect(model.reigns.length).toBeGreaterThan(2);
  expect((await registry.champion("delay")).version.version).toBe(model.champion);
  expect(await ledger.audit.verify()).toMatchObject({ valid: true });
}

test("8 processes on SQLite: one order of all decisions, never two champions, after the first never none", {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-race-"));
  await (await openRegistry({ folder, keep: true, policy: racePolicy })).close();
  const { answers } = await raceRegistry({ folder }, size);
  expect(answers).toHaveLength(size.processes * size.operations);
  const fixture = await openRegistry({ folder, policy: racePolicy });
  try {
    await expectOneOrder(answers, fixture);
  } finally {
    await fixture.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

describePostgres("on Postgres", (server) => {
  test("8 processes: one order of all decisions, never two champions, after the first never none", {
    timeout: 120_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-race-"));
    const schema = "registry_order";
    const pool = new pg.Pool({ connectionString: server().url });
    const metadata = postgresMetadata({ pool, schema });
    const fixture = await openRegistry({ folder, policy: racePolicy, metadata });
    try {
      const { answers } = await raceRegistry({ folder, postgres: { url: server().url, schema } }, size);
      await expectOneOrder(answers, fixture);
    } finally {
      await fixture.close();
      await pool.end();
    }
  });
});

test("a registry that forgets, doubles or reorders is found by the check", () => {
  const record = (index: number, kind: string, version: number, body: object, actor = "p0") =>
    ({
      schema: 1,
      index,
      timeMs: 0,
      kind,
      subject: `delay@${version}`,
      actor,
      body: Object(body),
      hash: "sha256:",
    }) as const;
  const registered = [record(0, "version.registered", 1, {}, "a"), record(1, "version.registered", 2, {}, "b")];
  const promoted = (index: number, version: number, from: string, to: string, reason: string) =>
    record(index, "version.promoted", version, { from, to, reason });
  const up = (version: number, from: number) =>
    ["registered", "staging", "candidate"].map((stage, i) =>
      promoted(from + i, version, stage, ["staging", "candidate", "production"][i] ?? "", `${version}-${i}`),
    );
  expect(() => replay([...registered, ...up(1, 2), ...up(2, 5)])).toThrow(/two champions/);
  expect(() => replay([...registered, promoted(2, 1, "staging", "candidate", "x")])).toThrow(
    /a transition from "registered"/,
  );
  expect(() => replay([registered[1] ?? record(0, "", 1, {})])).toThrow(/does not follow/);
  const model = replay([...registered, ...up(1, 2)]);
  const seen = (
    id: string,
    asked: RaceAnswer["asked"],
    outcome: RaceAnswer["outcome"],
    fromMs: number,
  ): RaceAnswer => ({
    id,
    asked,
    outcome,
    fromMs,
    toMs: fromMs + 1,
  });
  const honest = [0, 1, 2].map((i) =>
    seen(
      `1-${i}`,
      "promote",
      { promoted: 1, to: (["staging", "candidate", "production"] as const)[i] ?? "staging" },
      i * 10,
    ),
  );
  expect(faultsOf(honest, model)).toEqual([]);
  expect(faultsOf([...honest, seen("r", "read", { champion: 1 }, 50)], model)).toEqual([]);
  expect(faultsOf([...honest, seen("r", "read", { champion: null }, 50)], model)).toHaveLength(1);
  expect(faultsOf([...honest, seen("r", "read", { champion: 1 }, -10)], model)).toHaveLength(1);
  expect(faultsOf([...honest, seen("gone", "promote", { promoted: 1, to: "staging" }, 60)], model)).toHaveLength(1);
  const late = honest.map((one, i) => (i === 0 ? { ...one, fromMs: 100, toMs: 101 } : one));
  expect(faultsOf(late, model)).toHaveLength(1);
  const wrong = honest.map((one, i) => (i === 0 ? { ...one, outcome: { refused: 1 } } : one));
  expect(faultsOf(wrong, model)).toHaveLength(1);
});
