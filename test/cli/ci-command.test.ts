import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { faults } from "../schemas/json-schemas.ts";
import { parseXml } from "../support/parse-xml.ts";
import { sluice } from "./command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const door = (name: string): string => new URL(`../../src/${name}`, import.meta.url).href;

/** A file as a user would write it, but for where the library comes from. */
function ciFile(name: string, tests: string): string {
  const text = `
    import { dataset, completeness, rowsSource } from ${JSON.stringify(door("index.ts"))};
    import { dataTest, defineCi, modelTest, type CiCase } from ${JSON.stringify(door("workflows/index.ts"))};
    import { z } from ${JSON.stringify(import.meta.resolve("zod"))};
    const trips = dataset("trips", {
      schema: z.object({ id: z.number(), at: z.date(), km: z.number().positive().nullable() }),
      eventTime: "at",
      checks: [completeness("km", { atLeast: 0.9 })],
    });
    const rows = (gaps: number) => rowsSource(Array.from({ length: 20 }, (_, id) => ({ id, at: new Date(id), km: id < gaps ? null : 3 })));
    const right: CiCase = { name: "direction", outcome: "pass", reason: "up is up" };
    export default defineCi({ tests: [${tests}] });
  `;
  writeFileSync(join(folder, name), text);
  return name;
}

const sound = 'dataTest("trips are sound", trips, rows(1)), modelTest("a longer trip costs more", () => right)';

test("a file whose tests pass answers 0, in TypeScript, without a workspace; nothing is left behind", async () => {
  ciFile("sluice.ci.ts", sound);
  const said = await sluice(folder, ["ci"]);
  expect(said.err).toBe("");
  expect(said.out).toMatch(
    /✓ trips are sound \(data, 2 of 2 passed, .*\)\n✓ a longer trip costs more \(model, 1 of 1 passed/,
  );
  expect(said.out).toMatch(/passed: 3 passed, \d/);
  expect(said.code).toBe(0);
  expect(readdirSync(folder)).toEqual(["sluice.ci.ts"]);
});

test("a failure answers 1; reports go to files, and a summary where GitHub wants it", async () => {
  const file = ciFile(
    "bad.ci.ts",
    `${sound}, dataTest("gaps", trips, rows(15)), modelTest("breaks", () => { throw new Error("3 < 4") })`,
  );
  const reporters = ["junit=out/junit.xml", "markdown=out/ci.md", "json=out/ci.json", "text"];
  const said = await sluice(folder, ["ci", file, ...reporters.flatMap((one) => ["--reporter", one])], {
    env: { GITHUB_STEP_SUMMARY: join(folder, "step.md") },
  });
  expect(said.code).toBe(1);
  expect(said.out).toContain("✗ gaps (data, 1 of 2 passed");
  expect(said.out).toMatch(/ {4}✗ completeness km: .*\(found 0\.25, needed 0\.9\)/);
  const xml = parseXml(readFileSync(join(folder, "out/junit.xml"), "utf8"));
  expect(xml.attributes).toMatchObject({ tests: "6", failures: "2", errors: "0" });
  const report: unknown = JSON.parse(readFileSync(join(folder, "out/ci.json"), "utf8"));
  expect(faults("ci-report", report)).toBe("");
  expect(report).toMatchObject({ outcome: "failed", counts: { pass: 4, fail: 2 } });
  const markdown = readFileSync(join(folder, "out/ci.md"), "utf8");
  expect(markdown).toContain("## ML checks: failed");
  expect(readFileSync(join(folder, "step.md"), "utf8")).toBe(`${markdown}\n`);
});

test("filter, timeout and a report on the output alone", async () => {
  const file = ciFile(
    "slow.ci.ts",
    `${sound}, modelTest("hangs", () => new Promise<undefined>((done) => setTimeout(() => done(undefined), 60_000)))`,
  );
  const filtered = await sluice(folder, ["ci", file, "--filter", "TRIPS", "--reporter", "json"]);
  expect(filtered.code).toBe(0);
  expect(JSON.parse(filtered.out).tests).toHaveLength(1);
  const startedAt = performance.now();
  const slow = await sluice(folder, ["ci", file, "--filter", "hangs", "--timeout", "100ms"]);
  expect(slow.code).toBe(1);
  expect(slow.out).toContain("it took longer than 100ms");
  expect(performance.now() - startedAt, "what the test left open does not keep the process").toBeLessThan(30_000);
});

test.each([
  [["ci", "missing.ci.ts"], "no file"],
  [["ci", "empty.ts"], "without a default export"],
  [["ci", "other.ts"], "no list of tests"],
  [["ci", "broken.ts"], "not a function"],
  [["ci", "sluice.ci.ts", "--reporter", "html"], 'the reporter "html"'],
  [["ci", "sluice.ci.ts", "--reporters", "text"], "--reporters"],
  [["ci", "sluice.ci.ts", "more.ts"], "more.ts"],
  [["ci", "sluice.ci.ts", "--filter", "nothing like it"], "no test with"],
  [["ci", "sluice.ci.ts", "--workspace", "nowhere"], "no workspace at"],
  [["cy"], 'no command "cy"'],
])("what cannot be run answers 2 and says why: %j", async (args, found) => {
  ciFile("sluice.ci.ts", sound);
  writeFileSync(join(folder, "empty.ts"), "export const nothing = 1;");
  writeFileSync(join(folder, "other.ts"), "export default { tests: 1 };");
  writeFileSync(join(folder, "broken.ts"), "const f: unknown = 1; (f as () => void)(); export default f;");
  const said = await sluice(folder, args);
  expect(said.err).toContain(found);
  expect(said.code).toBe(2);
  expect(existsSync(join(folder, "nowhere")), "no workspace is made").toBe(false);
});

test("help is on the output and answers 0; without a command it answers 2", async () => {
  const [help, of, none] = await Promise.all([
    sluice(folder, ["--help"]),
    sluice(folder, ["ci", "--help"]),
    sluice(folder, []),
  ]);
  expect(help).toMatchObject({ code: 0, err: "" });
  expect(help.out).toMatch(/audit .*\n +ci /);
  expect(of).toMatchObject({ code: 0, err: "" });
  expect(of.out).toContain("Usage: sluice ci [file] [options]");
  expect(none.code).toBe(2);
});

test("stopped by a signal it says so and answers 2", async () => {
  const file = ciFile(
    "stop.ci.ts",
    'modelTest("waits", () => { console.log("waiting"); return new Promise<undefined>(() => setTimeout(() => undefined, 60_000)); })',
  );
  const said = await sluice(folder, ["ci", file], {
    started: (child) => child.stdout?.once("data", () => child.kill("SIGTERM")),
  });
  expect(said.err).toContain("stopped by SIGTERM");
  expect(said.code).toBe(2);
});

test("a test that waits for nothing fails when its time is over; one that ends the process is no success", async () => {
  const pass = 'modelTest("one", () => undefined)';
  const hangs = ciFile(
    "hangs.ci.ts",
    `${pass}, modelTest("hangs", () => new Promise<undefined>(() => undefined), { timeout: "300ms" })`,
  );
  const exits = ciFile("exits.ci.ts", `${pass}, modelTest("exits", () => process.exit(0))`);
  const [hung, exited] = await Promise.all([sluice(folder, ["ci", hangs]), sluice(folder, ["ci", exits])]);
  expect(hung.out).toContain("it took longer than 300ms");
  expect(hung.code).toBe(1);
  expect(exited.err).toContain("the process ended before the command did");
  expect(exited.code).toBe(2);
});
