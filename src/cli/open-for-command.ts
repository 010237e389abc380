import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SluiceError } from "../core/errors.ts";
import { openWorkspace } from "../open-workspace.ts";
import type { Workspace, WorkspaceOptions } from "../workspace.ts";

/** What names a workspace: its folder, options, or what opens it. */
export type WorkspaceSource = string | WorkspaceOptions | (() => Promise<Workspace>);

/**
 * Opens a workspace for a command. A folder must be one already: a command that looks at things makes none. A module's default export is a
 * workspace, its options, or a function that opens it: for stores other than a folder.
 * Errors: `argument/invalid`, and as `openWorkspace`.
 */
export async function openForCommand(source: WorkspaceSource, cwd: string): Promise<Workspace> {
  if (typeof source === "function") return await source();
  if (typeof source !== "string") return await openWorkspace(source);
  const path = resolve(cwd, source);
  if (!existsSync(path)) throw missing(path);
  if (statSync(path).isDirectory()) {
    if (!existsSync(join(path, "workspace.json"))) throw missing(path);
    return await openWorkspace(path);
  }
  const made = await loadDefault(path);
  if (isOpener(made)) return await made();
  if (isWorkspace(made)) return made;
  if (isOptions(made)) return await openWorkspace(made);
  throw new SluiceError("argument/invalid", {
    found: `the default export of ${path}, which is ${typeof made}`,
    expected: "a workspace, its options, or a function that opens it",
    fix: "Write `export default () => openWorkspace({ … })`.",
  });
}

/** The default export of a module, TypeScript where the runtime reads it (Node from 22.18 on, Deno, Bun). Errors: `argument/invalid`. */
export async function loadDefault(path: string): Promise<unknown> {
  if (!existsSync(path))
    throw new SluiceError("argument/invalid", {
      found: `no file ${path}`,
      expected: "a module with a default export",
      fix: "Check the path; it is taken from the folder that the command runs in.",
    });
  const module: object = await import(pathToFileURL(path).href);
  const made: unknown = Reflect.get(module, "default");
  if (made !== undefined) return made;
  throw new SluiceError("argument/invalid", {
    found: `${path} without a default export`,
    expected: "what the command is to use, as its default export",
    fix: "Write `export default …`.",
  });
}

function isOpener(made: unknown): made is () => Promise<Workspace> {
  return typeof made === "function";
}

function isWorkspace(made: unknown): made is Workspace {
  return typeof made === "object" && made !== null && "verifyAudit" in made && "registry" in made;
}

function isOptions(made: unknown): made is WorkspaceOptions {
  return typeof made === "object" && made !== null;
}

function missing(path: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `no workspace at ${path}`,
    expected: "the folder of a workspace, or a module that opens one",
    fix: "Pass --workspace <folder or module>.",
  });
}
