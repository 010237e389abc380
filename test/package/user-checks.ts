import { readdirSync, rmSync, writeFileSync } from "node:fs";
import type { Check } from "../../scripts/checks.ts";
import { blocksInMarkdown } from "../../scripts/code-blocks.ts";
import { entries, root } from "../../scripts/entries.ts";
import { importCost } from "../../scripts/import-cost.ts";
import { run } from "../../scripts/run.ts";
import { type FoundRuntime, runtimes } from "../../scripts/runtimes.ts";

const timesEmpty = 3;

/** What a user sees who installed the tarball in an empty project, without any optional peer. */
export function userChecks(project: string): readonly Check[] {
  return [
    { name: "every door imports without optional peers", run: () => everyDoorImports(project) },
    { name: "every schema imports", run: () => everySchemaImports(project) },
    { name: "importing the root door does nothing", run: () => rootDoorIsInert(project) },
    {
      // The bench `import-cost` holds the figure in milliseconds; here, on any machine, only that nothing heavy has crept in.
      name: `importing the root door costs at most ${timesEmpty} times an empty script`,
      run: async () => {
        const { extraMs, emptyMs } = await importCost("sluice", project);
        const said = `${extraMs.toFixed(1)} ms over the ${emptyMs.toFixed(1)} ms of an empty script`;
        if (!(extraMs <= timesEmpty * emptyMs)) throw new Error(said);
        return said;
      },
    },
    { name: "require() works on Node 22", run: () => requireWorks(project) },
    { name: "npx sluice runs the checks of a file", run: () => commandLineRuns(project) },
    { name: "the README's quickstart runs on every runtime", run: () => quickstartRuns(project) },
  ];
}

async function node(project: string, program: string, args: readonly string[]): Promise<string> {
  const finished = await run(program, args, { cwd: project, timeoutMs: 120_000 });
  if (finished.code !== 0) throw new Error(finished.stdout + finished.stderr);
  return finished.stdout.trim();
}

/** The command that the tarball installs: what passes answers 0, what fails 1. */
async function commandLineRuns(project: string): Promise<string> {
  const codes: number[] = [];
  for (const body of ["undefined", '{ throw new Error("no"); }']) {
    const text = `import { defineCi, modelTest } from "sluice/workflows";\nexport default defineCi({ tests: [modelTest("one", (): undefined => ${body})] });\n`;
    writeFileSync(`${project}/sluice.ci.ts`, text);
    const finished = await run(process.execPath, [`${project}/node_modules/.bin/sluice`, "ci"], { cwd: project });
    codes.push(finished.code);
  }
  rmSync(`${project}/sluice.ci.ts`);
  if (codes.join() !== "0,1") throw new Error(`exit codes ${codes.join(", ")}`);
  return "exit codes 0 and 1";
}

async function everyDoorImports(project: string): Promise<string> {
  const doors = entries().map((entry) => entry.subpath.replace(".", "sluice"));
  const code = `for (const door of ${JSON.stringify(doors)}) {
    const names = Object.keys(await import(door));
    if (names.includes("default")) throw new Error(door + " has a default export");
  }`;
  await node(project, process.execPath, ["--input-type=module", "--eval", code]);
  return `${doors.length} doors`;
}

/** Each by its name, and with every other that it refers to. */
async function everySchemaImports(project: string): Promise<string> {
  const files = readdirSync(`${root}schemas`);
  const code = `const files = ${JSON.stringify(files)};
  for (const file of files) {
    const { default: schema } = await import("sluice/schemas/" + file, { with: { type: "json" } });
    if (schema.$id !== file) throw new Error(file + " has the $id " + schema.$id);
    for (const [, other] of JSON.stringify(schema).matchAll(/"\\$ref":"([^"#]+)/g))
      if (!files.includes(other)) throw new Error(file + " refers to " + other);
  }`;
  await node(project, process.execPath, ["--input-type=module", "--eval", code]);
  return `${files.length} schemas`;
}

/** No native code, no timer, no network, no process; and none of the packages that are heavy. */
async function rootDoorIsInert(project: string): Promise<string> {
  const code = `
    import { registerHooks } from "node:module";
    import net from "node:net"; import dns from "node:dns"; import child from "node:child_process"; import fs from "node:fs";
    const forbid = (object, name) => { object[name] = () => { throw new Error("importing sluice calls " + name); }; };
    forbid(process, "dlopen"); forbid(net, "connect"); forbid(net.Socket.prototype, "connect"); forbid(dns, "lookup");
    forbid(child, "spawn"); forbid(child, "fork"); forbid(globalThis, "fetch");
    for (const name of ["setTimeout", "setInterval", "setImmediate"]) forbid(globalThis, name);
    for (const name of ["writeFileSync", "mkdirSync", "writeFile", "mkdir"]) forbid(fs, name);
    const loaded = new Set();
    registerHooks({ load(url, context, next) {
      const found = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url);
      loaded.add(found === null ? url : found[1]);
      return next(url, context);
    } });
    await import("sluice");
    const active = process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap" && name !== "TTYWrap");
    if (active.length > 0) throw new Error("importing sluice leaves open: " + active.join(", "));
    console.log([...loaded].sort().join(" "));`;
  const loaded = (await node(project, process.execPath, ["--input-type=module", "--eval", code])).split(" ");
  const heavy = [
    "apache-arrow",
    "kysely",
    "@duckdb/node-api",
    "@tensorflow/tfjs",
    "pg",
    "ioredis",
    "redis",
    "@aws-sdk/client-s3",
    "node:sqlite",
  ];
  const found = heavy.filter((name) => loaded.includes(name));
  if (found.length > 0) throw new Error(`importing sluice loads ${found.join(", ")}: load it lazily`);
  return `it loads ${loaded.join(", ")}`;
}

async function requireWorks(project: string): Promise<undefined> {
  const node22 = (await runtimes()).find((found) => found.name === "Node 22");
  if (node22 === undefined || "reason" in node22) throw new Error(`no Node 22: ${node22?.reason ?? "not listed"}`);
  const code = `if (typeof require("sluice").openWorkspace !== "function") throw new Error("no openWorkspace");`;
  await node(project, node22.runtime.program, ["--input-type=commonjs", "--eval", code]);
  return undefined;
}

async function quickstartRuns(project: string): Promise<string> {
  const quickstart = blocksInMarkdown("README.md")[0];
  if (quickstart === undefined) throw new Error("the README has no ```ts block");
  const failures: string[] = [];
  const found = await runtimes();
  for (const [i, one] of found.entries()) {
    const failure = await quickstartFails(project, one, `${i}.ts`, quickstart.code);
    if (failure !== undefined) failures.push(`${one.name}: ${failure}`);
  }
  if (failures.length > 0) throw new Error(failures.join("\n"));
  return found.map((one) => one.name).join(", ");
}

async function quickstartFails(
  project: string,
  found: FoundRuntime,
  file: string,
  code: string,
): Promise<string | undefined> {
  if ("reason" in found) return found.reason;
  writeFileSync(`${project}/${file}`, code);
  // The permissions that docs/guide/platform.md promises to be enough.
  const deno = ["run", "--no-prompt", "--allow-read=.", "--allow-write=.", "--allow-env=SLUICE_KEY_FILE"];
  const args = found.name === "Deno" ? deno : found.runtime.args(project);
  const env = { SLUICE_KEY_FILE: `./key-${file}.pem` };
  rmSync(`${project}/.sluice`, { recursive: true, force: true });
  // Twice: what was defined, ingested and promoted before must not be in the way.
  for (const round of ["first", "second"]) {
    const finished = await run(found.runtime.program, [...args, file], { cwd: project, env, timeoutMs: 120_000 });
    if (finished.code !== 0) return `${round} run: ${finished.stdout}${finished.stderr}`;
  }
  return undefined;
}
