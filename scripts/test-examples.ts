import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { glob } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { type Check, runChecks } from "./checks.ts";
import { blocksInDocComments, blocksInMarkdown, type CodeBlock } from "./code-blocks.ts";
import { report } from "./counts.ts";
import { root } from "./entries.ts";
import { run, tool } from "./run.ts";

// Runs every TypeScript block of the README, of docs/guide/ and of the doc comments in src/ against the built package,
// each in a folder of its own, and type-checks them all; then the programs of examples/data/. `--built` uses dist/ as it is.

async function allBlocks(): Promise<readonly CodeBlock[]> {
  const blocks: CodeBlock[] = [];
  for await (const file of glob(["README.md", "docs/guide/**/*.md"], { cwd: root }))
    blocks.push(...blocksInMarkdown(file));
  for await (const file of glob("src/**/*.ts", { cwd: root })) blocks.push(...blocksInDocComments(file));
  return blocks.sort((a, b) => a.place.localeCompare(b.place, "en", { numeric: true }));
}

/** A folder where `sluice`, what it depends on and the drivers a host may bring resolve as for a user. */
function userProject(): string {
  const folder = realpathSync(mkdtempSync(`${tmpdir()}/sluice-examples-`));
  const manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as Record<string, Record<string, string>>;
  const packages = Object.keys({ ...manifest["dependencies"], ...manifest["peerDependencies"] });
  const link = (target: string, name: string): void => {
    mkdirSync(dirname(`${folder}/node_modules/${name}`), { recursive: true });
    symlinkSync(target, `${folder}/node_modules/${name}`, "junction");
  };
  link(root, "sluice");
  for (const name of [...packages, "@types/node", "vega-datasets"]) {
    if (existsSync(`${root}node_modules/${name}`)) link(`${root}node_modules/${name}`, name);
  }
  writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, type: "module" }));
  const base = JSON.parse(readFileSync(`${root}tsconfig.json`, "utf8")) as { compilerOptions: Record<string, unknown> };
  const { paths: _ours, ...compilerOptions } = base.compilerOptions;
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ["*/example.ts"] }));
  return folder;
}

function runs(block: CodeBlock, folder: string): Check {
  return {
    name: `example ${block.place}`,
    run: async () => {
      const finished = await run(process.execPath, ["--no-warnings", "example.ts"], {
        cwd: folder,
        env: { SLUICE_KEY_FILE: `${folder}/signing-key.pem` },
        timeoutMs: 60_000,
      });
      if (finished.code !== 0) throw new Error(`${block.code}\n${finished.stdout}${finished.stderr}`);
      return undefined;
    },
  };
}

/** The programs of a folder of examples, each as a user would run it. Types are checked with the rest of the repository. */
async function programsOf(folder: string, project: string): Promise<readonly Check[]> {
  const files: string[] = [];
  for await (const file of glob(`${folder}/*.ts`, { cwd: root })) files.push(file);
  return files.sort().map((file) => ({
    name: `program ${file}`,
    run: async () => {
      const finished = await run(process.execPath, ["--no-warnings", `${root}${file}`], {
        cwd: project,
        env: { SLUICE_KEY_FILE: `${project}/signing-key.pem` },
        timeoutMs: 60_000,
      });
      if (finished.code !== 0) throw new Error(`${finished.stdout}${finished.stderr}`);
      return undefined;
    },
  }));
}

const blocks = await allBlocks();
if (!process.argv.includes("--built")) {
  const built = await run(process.execPath, [`${root}scripts/build.ts`], { show: true });
  if (built.code !== 0) throw new Error("the build failed");
}
const project = userProject();
const checks = blocks.map((block, i) => {
  const folder = `${project}/${i}`;
  mkdirSync(folder);
  writeFileSync(`${folder}/example.ts`, block.code);
  return runs(block, folder);
});
const typed: Check = {
  name: "every example type-checks",
  run: async () => {
    const finished = await run(tool("tsc"), ["-p", `${project}/tsconfig.json`]);
    const readable = finished.stdout.replace(
      /^\S*?(\d+)\/example\.ts/gm,
      (_, i: string) => blocks[Number(i)]?.place ?? i,
    );
    if (finished.code !== 0) throw new Error(readable);
    return `${blocks.length} examples`;
  },
};
const counts = await runChecks([typed, ...checks, ...(await programsOf("examples/data", project))]);
rmSync(project, { recursive: true, force: true });
report(counts);
