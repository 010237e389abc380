import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import type { Digest } from "../../src/core/digest.ts";
import { dataset, model, openWorkspace } from "../../src/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { ingestFlights, openLoop, service, someFlights } from "../support/small-loop.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { filesBelow, refusal, stateOf } from "./workspace-state.ts";

let ws: Workspace | undefined;
afterEach(async () => {
  await ws?.close();
  ws = undefined;
});

const outside = [
  "../evil",
  "a/../../evil",
  "/tmp/sluice-evil-artifact",
  "C:\\evil",
  "a\\..\\evil",
  "",
  ".",
  "a//b",
  "a\u0000b",
];

test("an artifact's name cannot leave its run: each is refused, the others of the run are kept", async () => {
  const folder = temporaryFolder();
  ws = await openLoop(folder);
  const { run } = await ws.experiments.run("delay", {}, async (context) => {
    await context.artifact("plots/good.txt", new TextEncoder().encode("good"));
    for (const name of outside) await refusal("artifact/invalid-name", context.artifact(name, new Uint8Array(3)));
    return 1;
  });
  expect((await ws.experiments.artifacts(run.id)).map(({ path }) => path)).toEqual(["plots/good.txt"]);
  expect(readdirSync(folder).sort()).toEqual(["key.pem", "workspace"]);
  expect(existsSync("/tmp/sluice-evil-artifact")).toBe(false);
});

test("what is no digest reads nothing, inside the workspace or outside", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "secret.txt"), "secret");
  ws = await openLoop(folder);
  await ingestFlights(ws, someFlights(300));
  const before = await stateOf(ws, join(folder, "workspace"));
  for (const text of ["sha256:../../secret.txt", "../secret.txt", `sha256:${"../".repeat(20)}etc/passwd`, ""]) {
    await refusal("data/version-not-found", ws.data.read(text as Digest));
  }
  expect(await stateOf(ws, join(folder, "workspace"))).toEqual(before);
});

test("names that would be paths are refused where things are defined", async () => {
  const schema = z.object({ at: z.date() });
  for (const name of ["../evil", "a/b", "", "a b"]) {
    await refusal("definition/invalid", (async () => dataset(name, { schema, eventTime: "at" }))());
    const request = z.object({ distance: z.number(), origin: z.string() });
    const define = async (): Promise<unknown> =>
      model(name, { request, output: z.object({ p: z.number() }), features: service, featureInput: (r) => r });
    await refusal("definition/invalid", define());
  }
});

test("a file where the workspace should be is io/failed, and is left alone", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "taken");
  writeFileSync(file, "mine");
  const before = filesBelow(folder);
  await refusal("io/failed", openWorkspace(file));
  await refusal("io/failed", openWorkspace(join(file, "below")));
  expect(filesBelow(folder)).toEqual(before);
});
