import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { runCommand } from "../../src/cli/run-command.ts";
import { governedWorkspace } from "../support/governed-workspace.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Said, sluice } from "./command-line.ts";

/** Where what an auditor was given lies: `delay-1`, `delay-1.tar`, `pack`, `public.pem`; beside it the workspace, and `other.pem` of a stranger. */
export const home: string = mkdtempSync(join(tmpdir(), "sluice-verify-cli-"));

/** The id of the key that signed. */
export const keyId = (): string => keyFileSigner({ path: join(home, "key.pem") }).keyId;

/** Makes {@link home} before a file's tests, and removes it after them. */
export function withGivenFiles(): void {
  beforeAll(async () => {
    const { ws } = await governedWorkspace(home);
    const by = { actor: "ada", reason: "to the auditor" };
    const version = { name: "delay", version: 1 };
    await ws.registry.export(version, join(home, "delay-1"), by);
    await ws.registry.export(version, join(home, "delay-1.tar"), by);
    await ws.close();
    writeFileSync(join(home, "public.pem"), keyFileSigner({ path: join(home, "key.pem") }).publicKeyPem());
    writeFileSync(join(home, "other.pem"), keyFileSigner({ path: join(home, "other-key.pem") }).publicKeyPem());
    const env = { SLUICE_KEY_FILE: join(home, "key.pem") };
    const audited = await sluice(home, ["audit", "--workspace", "workspace", "--out", "pack"], { env });
    expect(audited).toMatchObject({ code: 0, err: "" });
  }, 120_000);
  afterAll(() => rmSync(home, { recursive: true, force: true }));
}

/** The command in this process. */
export async function run(...args: readonly string[]): Promise<Said> {
  let [out, err] = ["", ""];
  const code = await runCommand(args, {
    out: (text) => {
      out += `${text}\n`;
    },
    err: (text) => {
      err += `${text}\n`;
    },
    env: {},
    cwd: home,
    isInteractive: false,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

/** The command with the key that signed. */
export const verify = async (path: string, ...more: readonly string[]): Promise<Said> =>
  await run("verify", path, "--key", "public.pem", ...more);

/** A copy of something in {@link home}, to be edited. */
export function copyOf(name: string): string {
  const path = join(temporaryFolder(), "copy");
  cpSync(join(home, name), path, { recursive: true });
  return path;
}

/** All files below a folder, by their paths in it. */
export function filesBelow(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(path, name)).isFile())
    .sort();
}

/** Another byte in the middle of a file. */
export function editByte(path: string, at = Math.floor(statSync(path).size / 2)): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
