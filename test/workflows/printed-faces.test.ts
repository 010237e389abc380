import { inspect } from "node:util";
import { expect, test } from "vitest";
import { config, prompt } from "../../src/registry/index.ts";
import { openWorkspace } from "../../src/index.ts";
import { z } from "zod";
import { governedWorkspace } from "../support/governed-workspace.ts";
import * as loop from "../support/small-loop.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// What `console.log` shows of what a workspace hands out: what there is and where it stands, and no [Object].

/** What is printed; it must be what `String()` gives, and hide nothing of the data. */
function printed(value: object, keys: readonly string[]): string {
  const text = inspect(value);
  expect(String(value)).toBe(text);
  expect(text).not.toMatch(/\[(?:Object|Array|Function|AsyncFunction)|Proxy|#/);
  expect(Object.keys(value)).toEqual(keys);
  return text;
}

test("console.log of a workspace, its stages, a router, a loaded version and pages shows what there is", async () => {
  const { ws } = await governedWorkspace(temporaryFolder());
  try {
    const stages = ["data", "features", "experiments", "pipelines", "registry", "serving", "monitoring"] as const;
    expect(inspect(ws)).toMatch(/^Workspace in \S+\/workspace, open\n {2}metadata +SQLite in the folder\n/);
    expect(inspect(ws)).toContain("  policy     default: staging, candidate, production, archived\n");
    expect(String(ws)).toBe(inspect(ws));
    for (const stage of stages) expect(inspect(ws[stage])).toBe(`${stage} of a workspace, loaded at its first use`);
    expect(inspect({ ws }, { depth: 0 })).not.toContain("[Object");

    const loaded = await ws.registry.load("delay");
    const shown = printed(loaded, ["version", "certificate", "artifact"]).split("\n");
    expect(shown[0]).toBe(`delay@1 in "production", by ada`);
    expect(shown[1]).toMatch(/^ {2}artifact +sluice-linear, 1 file, \d+ bytes, sha256:[0-9a-f]{12}…$/);
    expect(shown).toContain(`  features     delay-v1, ${loop.delayModel.vector.length} in the vector`);
    expect(shown.at(-1)).toMatch(/^ {2}certificate {2}sha256:[0-9a-f]{12}… for all of the traffic, signed by key /);
    expect(printed(await ws.registry.champion("delay"), ["version", "certificate", "artifact"])).toBe(shown.join("\n"));

    const models = printed(await ws.registry.models(), ["models", "next"]);
    expect(models.split("\n")[0]).toBe("1 model");
    expect(models).toMatch(/\n {2}delay +model +1 version +champion → 1$/);
    const found = await ws.registry.search({ metric: { name: "auc" } });
    expect(printed(found, ["versions", "next"])).toMatch(
      /^1 version\n {2}delay@1 {2}model {2}production {2}ada {2}\S+Z {2}0\.\d+$/,
    );
    expect(printed(await ws.registry.search({ author: "nobody" }), ["versions", "next"])).toBe("no version");
    const page = await ws.audit.search({ subject: "delay@1", limit: 2 });
    expect(printed(page, ["records", "next"]).split("\n")).toEqual([
      "2 events, more follow",
      expect.stringMatching(/^ {2}\d+ {2}\S+Z {2}version\.registered {2}delay@1 {2}ada$/),
      expect.stringMatching(/^ {2}\d+ {2}\S+Z {2}card\.written +delay@1 {2}ada$/),
    ]);
    const router = await ws.serving.router(loop.delayModel, { unit: ({ flight }) => flight });
    await router.predictMany([{ flight: "f1", origin: "ATL", distance: 100 }]);
    expect(inspect(router)).toBe(`${router}`);
    expect(inspect(router)).toMatch(
      /^Router of "delay": champion 1, no rollout\n {2}\d answered, \d failed, 0 by the champion in place of the challenger\n/,
    );
    expect(printed(router.status(), Object.keys(router.status()))).toBe(inspect(router));
    await router.close();
    expect(inspect(router)).toBe('Router of "delay": closed');
  } finally {
    await ws.close();
  }
  expect(inspect(ws)).toMatch(/^Workspace in \S+, closed\n/);
});

test("a loaded prompt and a loaded config print what they hold; a workspace says where each engine is from", async () => {
  const folder = temporaryFolder();
  const ws = await loop.openLoop(folder);
  const asked = prompt("triage", { template: "Is {{what}} urgent?", variables: ["what"] });
  const limits = config("limits", { schema: z.object({ warnAt: z.number() }), value: { warnAt: 0.7 } });
  for (const definition of [asked, limits]) {
    const version = await ws.registry.registerContent(definition, { author: "ada" });
    await ws.registry.promote(version, "staging", { actor: "ada", reason: "ready" });
  }
  const keys = ["version", "certificate", "messages", "parameters", "render"];
  expect(printed(await ws.registry.loadPrompt(asked, 1), keys)).toMatch(
    /^triage@1 in "staging", by ada\n[\s\S]*\n {2}user: Is \{\{what\}\} urgent\?$/,
  );
  expect(printed(await ws.registry.loadConfig(limits, 1), ["version", "certificate", "value"])).toMatch(
    /^limits@1 in "staging", by ada\n[\s\S]*\n {2}\{"warnAt":0\.7\}$/,
  );
  await ws.close();
  await using plain = await openWorkspace(folder);
  expect(inspect(plain)).toContain("  policy     none: every promotion of a model is refused");
});
