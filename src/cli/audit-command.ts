import { statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { defaultKeyPath } from "../backends/fs/workspace-folder.ts";
import { durationText } from "../core/duration.ts";
import type { Progress } from "../core/progress.ts";
import { type AuditPackOptions, packText, writeAuditPack } from "../workflows/governance/audit-pack.ts";
import { readHumanPart } from "../workflows/governance/human-parts.ts";
import type { HumanPart } from "../workflows/governance/documentation-record.ts";
import { readBaseline } from "../workflows/delivery/manual-baseline.ts";
import { openForCommand } from "./open-for-command.ts";
import { parseOptions } from "./parse-options.ts";
import { requireSigningKey } from "./require-signing-key.ts";
import type { Command, ExitCode, Terminal } from "./terminal.ts";
import { requireFree, writeFiles } from "./write-files.ts";

const help = `Usage: sluice audit [options]

Writes an audit pack: technical documentation and model cards, delivery figures, the verdict on the
audit log, checkpoints, decisions with proofs, certificates and evidence, and a manifest of digests.

  --workspace <path>   folder of the workspace, or a module that opens it   (default .sluice)
  --model <name>       only this model; may be repeated                     (default all)
  --out <folder>       a new or empty folder                                (default audit-pack)
  --parts <folder>     what people wrote: a Markdown file a point, as in annex-iv.1.a.md,
                       with a front matter \`author: …\`; put on record
  --baseline <file>    how models were delivered before: JSON or CSV
  --json               print the manifest as JSON
  --help

Exit code: 0 written; 1 written, and the audit log does not verify; 2 not written.
The signing key's public half is needed to verify: SLUICE_KEY_FILE names the key file.`;

const options = {
  workspace: { type: "string" },
  model: { type: "string", multiple: true },
  out: { type: "string" },
  parts: { type: "string" },
  baseline: { type: "string" },
  json: { type: "boolean" },
} as const;

/** `sluice audit`: the audit pack, in one command. */
export const auditCommand: Command = {
  name: "audit",
  summary: "write an audit pack of models: documents, figures, decisions with proofs",
  help,
  run: async (args, terminal) => await runAudit(args, terminal),
};

async function runAudit(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const startedAt = performance.now();
  const given = parseOptions("audit", args, options);
  const { cwd, signal } = terminal;
  const folder = resolve(cwd, given.text("out") ?? "audit-pack");
  const [partsFolder, baselineFile, models] = [given.text("parts"), given.text("baseline"), given.texts("model")];
  await requireFree(folder);
  const parts = partsFolder === undefined ? [] : await readParts(resolve(cwd, partsFolder));
  const baseline =
    baselineFile === undefined ? {} : { baseline: readBaseline(await readFile(resolve(cwd, baselineFile), "utf8")) };
  const workspace = given.text("workspace") ?? ".sluice";
  const ws = await openForCommand(workspace, cwd);
  try {
    if (isFolder(resolve(cwd, workspace))) await requireSigningKey(ws, defaultKeyPath());
    const work = {
      signal,
      parts,
      ...baseline,
      ...(models.length > 0 && { models }),
      madeAtMs: Date.now(),
      onProgress: ({ stage, done, total }: Progress): void => {
        if (terminal.isInteractive) terminal.err(`  ${stage}: ${done}${total === undefined ? "" : ` of ${total}`}`);
      },
    } satisfies AuditPackOptions;
    const manifest = await writeFiles(folder, async (write) => await writeAuditPack(ws, write, work));
    const tookMs = Math.round(performance.now() - startedAt);
    if (given.flag("json")) terminal.out(JSON.stringify({ folder, tookMs, manifest }, null, 2));
    else terminal.out(`${packText(manifest)}\n  written to ${folder} in ${durationText(tookMs)}`);
    return manifest.log.verified ? 0 : 1;
  } finally {
    await ws.close();
  }
}

/** Whether a workspace is named by its folder: then its key is that of the key file. */
function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

async function readParts(folder: string): Promise<readonly HumanPart[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md") && name !== "README.md").sort();
  return await Promise.all(
    names.map(async (name) => readHumanPart(basename(name), await readFile(join(folder, name), "utf8"))),
  );
}
