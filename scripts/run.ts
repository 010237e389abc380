import { spawn } from "node:child_process";
import { root } from "./entries.ts";

/** What a finished program said. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How {@link run} starts a program. */
export interface RunOptions {
  /** @default the project's folder */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Shows the program's output while it runs. @default false */
  readonly show?: boolean;
  /** Kills the program after this time. @default no limit */
  readonly timeoutMs?: number;
}

/** Runs a program to its end; a program that cannot start ends with code 127, one that was killed with 128 or more. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (options.show === true) process.stdout.write(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      if (options.show === true) process.stderr.write(text);
    });
    child.on("error", (error) => resolve({ code: 127, stdout, stderr: `${stderr}${error.message}\n` }));
    child.on("close", (code, signal) =>
      resolve({ code: code ?? 128, stdout, stderr: signal === null ? stderr : `${stderr}ended by ${signal}\n` }),
    );
  });
}

/** The path of a program that a devDependency installed. */
export function tool(name: string): string {
  return `${root}node_modules/.bin/${name}`;
}
