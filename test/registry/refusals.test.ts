import { afterEach, expect, test } from "vitest";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import {
  delayModel,
  makeChampion,
  openRegistry,
  type RegistryFixture,
  trackedRun,
  trained,
} from "./registry-fixture.ts";
import { editStore, sql } from "../support/edit-store.ts";

let open: RegistryFixture;
afterEach(() => open.close());

const eventsOf = async (kind: string) => (await open.ledger.audit.read({})).filter((event) => event.kind === kind);

test("a refused registration goes on record, with who tried and why", async () => {
  open = await openRegistry();
  const version = await open.registerSkill(1);
  const evaluation = await open.evaluator.evaluate(
    delayModel,
    trained(0.5),
    (await import("./registry-fixture.ts")).trainingSet("held out"),
    {
      label: "late",
      metrics: ["auc"],
    },
  );
  const run = await trackedRun(open.options, "run-x");
  const given = { run, artifact: trained(0.9), evaluation, author: "mallory" };
  await expect(open.registry.register(delayModel, given)).rejects.toMatchObject({ code: "registry/evidence-mismatch" });
  expect(await eventsOf("registration.refused")).toMatchObject([
    { subject: "delay", actor: "mallory", body: { code: "registry/evidence-mismatch" } },
  ]);
  await expect(open.registry.register(delayModel, undefined as never)).rejects.toThrow();
  expect((await open.registry.versions("delay")).map((one) => one.version)).toEqual([version.version]);
});

test("refused loads go on record, one of a kind in ten minutes, whoever asks and however often", async () => {
  open = await openRegistry();
  const { clock, options } = open;
  await makeChampion(open, await open.registerSkill(1));
  const two = [open.registry, new ModelRegistry(options)];
  await editStore(open.metadata, sql`update registry_alias set version = 7 where alias = 'champion'`);
  const storm = async (): Promise<void> => {
    for (let i = 0; i < 50; i++)
      for (const registry of two)
        await expect(registry.champion("delay")).rejects.toMatchObject({ code: "registry/tampered" });
  };
  await storm();
  expect(await eventsOf("load.refused")).toMatchObject([
    { subject: "delay", body: { code: "registry/tampered", unrecorded: 0 } },
  ]);
  clock.advance(10 * 60_000 - 1);
  await storm();
  expect(await eventsOf("load.refused")).toHaveLength(1);
  clock.advance(1);
  await storm();
  const records = await eventsOf("load.refused");
  expect(records).toHaveLength(2);
  expect(records[1]).toMatchObject({ body: { unrecorded: 99 } });
  for (let i = 0; i < 30; i++) await expect(open.registry.load(`made-up-${i}`, 1)).rejects.toThrow();
  await expect(open.registry.champion("nobody")).rejects.toMatchObject({
    code: "serving/no-champion",
    found: 'no version of "nobody" at all',
    fix: "Check the name: models() lists what is registered.",
  });
  expect(await eventsOf("load.refused")).toHaveLength(2);
  await expect(open.registry.certified("delay", 1, 1)).rejects.toMatchObject({ code: "registry/tampered" });
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: true });
});

test("where it cannot be recorded the refusal is thrown all the same", async () => {
  open = await openRegistry();
  const version = await open.registerSkill(1);
  const metadata = {
    ...open.metadata,
    capabilities: open.metadata.capabilities,
    sql: open.metadata.sql,
    write: () => Promise.reject(new Error("disk full")),
  };
  const said: string[] = [];
  const quiet = (): void => undefined;
  const logger = { debug: quiet, info: quiet, warn: quiet, error: (_: object, text: string) => said.push(text) };
  const registry = new ModelRegistry({ ...open.options, metadata, logger } as never);
  await expect(registry.certified("delay", version.version, 0)).rejects.toMatchObject({
    code: "serving/not-certified",
  });
  expect(said).toEqual(["a refused load could not be put on record"]);
});
