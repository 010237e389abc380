import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect } from "vitest";
import { isSluiceError, type SluiceErrorCode } from "../../src/core/errors.ts";
import type { Workspace } from "../../src/workspace.ts";

/** Everything in a workspace that a refused call must leave as it was. */
export interface WorkspaceState {
  readonly heads: readonly (string | undefined)[];
  readonly versions: readonly number[];
  readonly auditEvents: number;
  readonly changes: number;
  readonly runs: number;
  /** The blobs' files by name, and what lies half written. */
  readonly blobs: readonly string[];
}

/** Reads a workspace's state; its audit log must be intact. */
export async function stateOf(
  ws: Workspace,
  folder: string,
  datasets: readonly string[] = ["flights"],
): Promise<WorkspaceState> {
  const verdict = await ws.verifyAudit();
  expect(verdict).toMatchObject({ valid: true });
  return {
    heads: await Promise.all(datasets.map(async (name) => (await ws.data.head(name))?.digest)),
    versions: await Promise.all(datasets.map(async (name) => (await ws.data.versions(name)).length)),
    auditEvents: verdict.events,
    changes: (await ws.changes()).length,
    runs: (await ws.experiments.runs("delay")).length,
    blobs: filesBelow(join(folder, "blobs")),
  };
}

/** The files below a folder by relative path, each with its digest. */
export function filesBelow(folder: string): readonly string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return found
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => `${relative(folder, path)} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`)
    .sort();
}

/** Expects a SluiceError of that code that says what was found, what was expected and what to do; returns its message. */
export async function refusal(code: SluiceErrorCode, work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isSluiceError(error)) expect.fail(`expected ${code}, got ${error === undefined ? "no error" : String(error)}`);
  expect(error.code, error.message).toBe(code);
  for (const part of [error.found, error.expected, error.fix]) expect(part.length).toBeGreaterThan(3);
  return error.message;
}
