import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startScript } from "../support/child-lines.ts";
import { countedPoints } from "../support/fatal-point.ts";
import { openActs, prepareActs, registryActs } from "../support/registry-acts.ts";

let base: string;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), "sluice-acts-"));
  await prepareActs(join(base, "prepared"));
}, 60_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));

function copyOf(name: string): string {
  const folder = join(base, name);
  cpSync(join(base, "prepared"), folder, { recursive: true });
  return folder;
}

async function pointsOf(name: string): Promise<number> {
  const { layers, passed } = countedPoints();
  const folder = copyOf(`count ${name}`);
  const fixture = await openActs(folder, layers);
  const before = passed();
  expect(await registryActs[name]?.isDone(fixture)).toBe(false);
  await registryActs[name]?.run(fixture);
  expect(await registryActs[name]?.isDone(fixture)).toBe(true);
  await fixture.close();
  return passed() - before;
}

/** Kills a process at a point of the act; what it left must be whole, and the act can be done again. */
async function killAt(name: string, point: number): Promise<boolean> {
  const folder = copyOf(`${name} ${point}`);
  const { process: child, ended } = startScript("registry-act-child.ts", folder, name, String(point));
  const { errors } = await ended;
  expect(child.signalCode, errors).toBe("SIGKILL");
  const fixture = await openActs(folder);
  const { registry, ledger } = fixture;
  expect(await ledger.audit.verify(), `point ${point}`).toMatchObject({ valid: true });
  const versions = await registry.versions("delay");
  expect(versions.filter(({ stage }) => stage === "production")).toHaveLength(1);
  expect((await registry.champion("delay")).version.version).toBe((await registry.aliases("delay")).champion);
  for (const version of versions)
    if (version.stage !== "registered") await registry.evidenceOf((await registry.certificateOf(version)).digest);
  const isDone = await registryActs[name]?.isDone(fixture);
  if (isDone !== true) await registryActs[name]?.run(fixture);
  expect(await registryActs[name]?.isDone(fixture), `point ${point}, again`).toBe(true);
  expect(await ledger.audit.verify()).toMatchObject({ valid: true });
  await fixture.close();
  rmSync(folder, { recursive: true, force: true });
  return isDone === true;
}

test.each(Object.keys(registryActs))(
  "%s: kill -9 before and after every write leaves it done or undone",
  { timeout: 240_000 },
  async (name) => {
    const points = await pointsOf(name);
    // Before, in and after the one transaction that the shortest of them is.
    expect(points).toBeGreaterThanOrEqual(3);
    const done: boolean[] = [];
    for (let from = 1; from <= points; from += 3) {
      const some = [from, from + 1, from + 2].filter((point) => point <= points);
      done.push(...(await Promise.all(some.map((point) => killAt(name, point)))));
    }
    expect(done[0]).toBe(false);
    expect(done.at(-1)).toBe(true);
    // Once it is done, no later death undoes it.
    expect(done.indexOf(true)).toBe(done.lastIndexOf(false) + 1);
  },
);
