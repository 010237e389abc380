import { auditCommand } from "./audit-command.ts";
import { ciCommand } from "./ci-command.ts";
import { verifyCommand } from "./verify-command.ts";
import type { Command, ExitCode, Terminal } from "./terminal.ts";

const commands: readonly Command[] = [auditCommand, ciCommand, verifyCommand];

/** Runs the command that the arguments name. What keeps it from being run is told, and answers 2. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    terminal.out(overview());
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((one) => one.name === name);
  if (command === undefined) {
    terminal.err(`sluice: no command "${name}"\n\n${overview()}`);
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    terminal.out(command.help);
    return 0;
  }
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    terminal.err(`sluice ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}

function overview(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    "Usage: sluice <command> [options]",
    "",
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    "",
    "sluice <command> --help tells of its options.",
  ].join("\n");
}
