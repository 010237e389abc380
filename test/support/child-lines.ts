import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A child process that runs a script of this folder, and the lines it has printed. */
export interface ScriptChild {
  readonly process: ChildProcess;
  readonly lines: readonly string[];
  /** Resolves when it has printed so many lines, or has ended. */
  printed(count: number): Promise<void>;
  /** Resolves when it has printed this very line, or has ended. */
  said(line: string): Promise<void>;
  /** Writes a line to its input. */
  tell(line: string): void;
  /** Ends its input. */
  start(): void;
  /** Resolves when it has printed a line. */
  readonly firstLine: Promise<void>;
  /** Resolves when it has ended; with everything it printed read. */
  readonly ended: Promise<{ readonly code: number; readonly errors: string }>;
}

/** Starts a script of `test/support`, or one by its path, on the Node that runs this. */
export function startScript(name: string, ...args: readonly string[]): ScriptChild {
  const script = isAbsolute(name) ? name : fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    // What was compiled once is not compiled by the next child.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "sluice-compile-cache") },
  });
  const lines: string[] = [];
  let errors = "";
  child.stderr.on("data", (text: Buffer) => {
    errors += text.toString();
  });
  const reader = createInterface(child.stdout);
  const firstLine = new Promise<void>((resolve) => {
    reader.once("line", () => resolve());
  });
  reader.on("line", (line) => lines.push(line));
  const read = once(reader, "close");
  const ended = once(child, "close").then(async ([code]) => {
    await read;
    return { code: Number(code), errors };
  });
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds() && child.exitCode === null && child.signalCode === null)
      await Promise.race([once(reader, "line"), ended]);
  };
  const printed = (count: number): Promise<void> => until(() => lines.length >= count);
  const said = (line: string): Promise<void> => until(() => lines.includes(line));
  const tell = (line: string): void => {
    child.stdin.write(`${line}\n`);
  };
  return { process: child, lines, firstLine, printed, said, tell, ended, start: () => child.stdin.end() };
}
