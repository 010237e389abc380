#!/usr/bin/env node
import process from "node:process";
import { runCommand } from "./run-command.ts";

// `npx sluice`: the command line. Everything is in runCommand; here is only the process.

const stopped = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const)
  process.once(name, () => stopped.abort(new Error(`stopped by ${name}`)));

/** What the tests left open keeps the process alive no longer than this. */
const graceMs = 500;

// What ends the process before the command has (a test that exits, or waits for nothing) is no success.
let isOver = false;
process.on("exit", () => {
  if (isOver) return;
  process.stderr.write("sluice: the process ended before the command did\n");
  process.exitCode = 2;
});

function end(code: number): void {
  isOver = true;
  process.exitCode = code;
  setTimeout(() => process.exit(code), graceMs).unref();
}

runCommand(process.argv.slice(2), {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  env: process.env,
  cwd: process.cwd(),
  isInteractive: process.stderr.isTTY === true,
  signal: stopped.signal,
}).then(end, (error: unknown) => {
  process.stderr.write(`sluice: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  end(2);
});
