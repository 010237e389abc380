import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { root } from "./entries.ts";
import { run } from "./run.ts";

/** A JavaScript runtime that the suites run on. */
export interface Runtime {
  readonly name: string;
  readonly program: string;
  /** The arguments before the script's path; `writable` is the one folder the script may write to, `port` that of the one server it may speak to. */
  readonly args: (writable: string, port?: number) => readonly string[];
}

/** Raise these by hand, to releases that are at least 60 days old. */
const pinned = { node22: "22.23.2", node26: "26.9.0", deno: "2.9.6", bun: "1.4.2" } as const;

/**
 * The least that Deno needs: it reads the project and one folder, and writes to that folder. No network, no programs; for a server, that
 * and what its clients look at in the environment.
 */
const denoArgs = (writable: string, port?: number): readonly string[] => [
  "run",
  "--no-prompt",
  "--no-remote",
  "--no-lock",
  "--node-modules-dir=manual",
  `--allow-read=${root},${writable}`,
  `--allow-write=${writable}`,
  ...(port === undefined ? [] : [`--allow-net=127.0.0.1:${port}`, "--allow-env", "--allow-sys"]),
];

const fetched = [
  { name: "Node 22", npm: "node", bin: "node", version: pinned.node22, args: () => [] },
  { name: "Node 26", npm: "node", bin: "node", version: pinned.node26, args: () => [] },
  { name: "Deno", npm: "deno", bin: "deno", version: pinned.deno, args: denoArgs },
  { name: "Bun", npm: "bun", bin: "bun", version: pinned.bun, args: () => ["run"] },
] as const;

/** A runtime, or why it could not be had. */
export type FoundRuntime =
  | { readonly name: string; readonly runtime: Runtime }
  | { readonly name: string; readonly reason: string };

/** Fetches the other runtimes from the npm registry into `.runtimes/`, once; Node 24 is the one that runs this. */
export async function runtimes(): Promise<readonly FoundRuntime[]> {
  const own: FoundRuntime = {
    name: "Node 24",
    runtime: { name: "Node 24", program: process.execPath, args: () => [] },
  };
  return [own, ...(await Promise.all(fetched.map(found)))];
}

async function found(wanted: (typeof fetched)[number]): Promise<FoundRuntime> {
  const folder = `${root}.runtimes/${wanted.npm}-${wanted.version}`;
  const program = `${folder}/node_modules/.bin/${wanted.bin}`;
  const ready = async (): Promise<boolean> => {
    if (!existsSync(program)) return false;
    const said = await run(program, ["--version"]);
    return said.code === 0 && said.stdout.includes(wanted.version);
  };
  if (!(await ready())) {
    mkdirSync(folder, { recursive: true });
    const manifest = {
      private: true,
      dependencies: { [wanted.npm]: wanted.version },
      allowScripts: { [wanted.npm]: true },
    };
    writeFileSync(`${folder}/package.json`, JSON.stringify(manifest));
    const installed = await run("npm", ["install", "--no-audit", "--no-fund"], { cwd: folder, timeoutMs: 300_000 });
    if (!(await ready()))
      return { name: wanted.name, reason: `npm install ${wanted.npm}@${wanted.version}: ${installed.stderr}` };
  }
  return { name: wanted.name, runtime: { name: wanted.name, program, args: wanted.args } };
}
