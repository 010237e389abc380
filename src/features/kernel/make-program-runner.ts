import { compileProgram, type RunProgram } from "./compile-program.ts";
import { interpretProgram } from "./interpret-program.ts";
import type { Kernel } from "./kernel.ts";
import type { Program } from "./program.ts";

/** A program's function: compiled, or interpreted where the host forbids code generation (CSP, edge runtimes). */
export function makeProgramRunner(program: Program, kernel: Kernel): RunProgram {
  try {
    return compileProgram(program, kernel);
  } catch (error) {
    if (error instanceof EvalError) return interpretProgram(program, kernel);
    throw error;
  }
}
