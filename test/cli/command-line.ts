import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a command said. */
export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** Runs the command line as its own process, in a folder, with a signing key of its own. */
export function sluice(
  cwd: string,
  args: readonly string[],
  options: {
    readonly env?: { readonly [name: string]: string };
    readonly started?: (child: ChildProcess) => void;
  } = {},
): Promise<Said> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      GITHUB_STEP_SUMMARY: "",
      NODE_COMPILE_CACHE: join(tmpdir(), "sluice-compile-cache"),
      ...options.env,
    },
  });
  options.started?.(child);
  let [out, err] = ["", ""];
  child.stdout.on("data", (text: Buffer) => {
    out += text.toString();
  });
  child.stderr.on("data", (text: Buffer) => {
    err += text.toString();
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
  });
}
