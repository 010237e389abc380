import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { openWorkspace } from "../open-workspace.ts";
import { type CiDefinition, requireCi } from "../workflows/ci/ci-definition.ts";
import type { CiReport } from "../workflows/ci/ci-report.ts";
import { ciMarkdown, ciTestText, summaryLine } from "../workflows/ci/ci-text.ts";
import { junitXml } from "../workflows/ci/junit-xml.ts";
import { runCi } from "../workflows/ci/run-ci.ts";
import type { Workspace } from "../workspace.ts";
import { loadDefault, openForCommand } from "./open-for-command.ts";
import { parseOptions, usage } from "./parse-options.ts";
import type { Command, ExitCode, Terminal } from "./terminal.ts";

const help = `Usage: sluice ci [file] [options]

Runs the data tests, model tests and comparison gates of a file: its default export is what
defineCi() returns. TypeScript needs Node 22.18 or newer, Deno or Bun.

  [file]                    (default sluice.ci.ts)
  --filter <text>           only tests with this in their name
  --timeout <duration>      of a test that names none, as in 90s            (default 10m)
  --workspace <path>        folder of the workspace, or a module that opens it, for the file's own
  --reporter <name[=file]>  text, json, junit or markdown, to a file or to the output;
                            may be repeated                                 (default text)
  --help

A summary is added to the file that GITHUB_STEP_SUMMARY names.
Exit code: 0 passed; 1 something failed, or nothing could be said; 2 not run.`;

const options = {
  filter: { type: "string" },
  timeout: { type: "string" },
  workspace: { type: "string" },
  reporter: { type: "string", multiple: true },
} as const;

/** What a report is written as. */
const formats: { readonly [reporter: string]: (report: CiReport) => string } = {
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: junitXml,
  markdown: ciMarkdown,
  text: (report) => `${String(report)}\n`,
};

/** `sluice ci`: ML tests in anyone's CI. */
export const ciCommand: Command = {
  name: "ci",
  summary: "run data tests, model tests and comparison gates from one file",
  help,
  run: async (args, terminal) => await runCommand(args, terminal),
};

interface Reporter {
  readonly name: string;
  /** Undefined = the output. */
  readonly file: string | undefined;
}

async function runCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = parseOptions("ci", args, options, 1);
  const reporters = reportersOf(given.texts("reporter"));
  const definition = await loadDefault(resolve(terminal.cwd, given.rest[0] ?? "sluice.ci.ts"));
  requireCi(definition);
  const [filter, timeout] = [given.text("filter"), given.text("timeout")];
  const live = reporters.some(({ name, file }) => name === "text" && file === undefined);
  const report = await withWorkspace(given.text("workspace"), definition, terminal.cwd, async (workspace) =>
    runCi(definition, {
      workspace,
      signal: terminal.signal,
      ...(filter !== undefined && { filter }),
      ...(timeout !== undefined && { timeout }),
      onProgress: ({ stage, done, total }) => {
        if (terminal.isInteractive) terminal.err(`  running ${done + 1} of ${total}: ${stage}`);
      },
      onTest: (test) => {
        if (live) terminal.out(ciTestText(test));
      },
    }),
  );
  if (live) terminal.out(summaryLine(report));
  await tell(report, reporters, terminal);
  return report.outcome === "passed" ? 0 : 1;
}

function reportersOf(given: readonly string[]): readonly Reporter[] {
  if (given.length === 0) return [{ name: "text", file: undefined }];
  return given.map((text) => {
    const at = text.indexOf("=");
    const name = at < 0 ? text : text.slice(0, at);
    const file = at < 0 ? undefined : text.slice(at + 1);
    if (!Object.hasOwn(formats, name) || file === "")
      throw usage(
        "ci",
        `the reporter ${JSON.stringify(text)}`,
        `one of ${Object.keys(formats).join(", ")}, as in junit=report.xml`,
      );
    return { name, file };
  });
}

async function tell(report: CiReport, reporters: readonly Reporter[], terminal: Terminal): Promise<void> {
  for (const { name, file } of reporters) {
    const text = formats[name]?.(report) ?? "";
    if (file === undefined) {
      if (name !== "text") terminal.out(text.trimEnd());
      continue;
    }
    const path = resolve(terminal.cwd, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const summary = terminal.env["GITHUB_STEP_SUMMARY"];
  if (summary !== undefined && summary !== "") await appendFile(summary, `${ciMarkdown(report)}\n`);
}

/** Gives the workspace that is named; a temporary one, gone afterwards, where none is. */
async function withWorkspace<R>(
  named: string | undefined,
  { workspace }: CiDefinition,
  cwd: string,
  work: (ws: Workspace) => Promise<R>,
): Promise<R> {
  const source = named ?? workspace;
  if (source !== undefined) {
    const ws = await openForCommand(source, cwd);
    return await work(ws).finally(() => ws.close());
  }
  const folder = await mkdtemp(join(tmpdir(), "sluice-ci-"));
  try {
    const ws = await openWorkspace(folder);
    return await work(ws).finally(() => ws.close());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
