import { seededRandom } from "../../src/core/random.ts";
import { makeKernel } from "../../src/features/kernel/kernel.ts";
import { makeProgramRunner } from "../../src/features/kernel/make-program-runner.ts";
import { digestOfCells, everyOperation, inputsOf, outputsOf, randomProgram } from "./kernel-programs.ts";

// Prints whether code can be generated here, and a digest of what programs give. Run with and without the flag that forbids it.

function canGenerate(): boolean {
  try {
    return new Function("return true")() === true;
  } catch (error) {
    if (error instanceof EvalError) return false;
    throw error;
  }
}

const random = seededRandom("no code generation");
const kernel = makeKernel();
const digests = Array.from({ length: 12 }, (_, p) => {
  const program = p % 4 === 0 ? everyOperation(random) : randomProgram(random, 12, 4);
  const inputs = inputsOf(program, random, 50);
  const outputs = outputsOf(program, 50);
  makeProgramRunner(program, kernel)(50, inputs, outputs);
  return digestOfCells(outputs);
});
console.log(JSON.stringify({ canGenerate: canGenerate(), digest: digests.join() }));
