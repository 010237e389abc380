import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { kernelVersion, makeKernel } from "../../../src/features/index.ts";
import { interpretProgram } from "../../../src/features/kernel/interpret-program.ts";
import { operations } from "../../../src/features/kernel/operations/operations.ts";
import { programOf } from "../../../src/features/kernel/program.ts";
import {
  digestOfCells,
  inputsOf,
  isListInput,
  isTextInput,
  operationNode,
  outputsOf,
} from "../../support/kernel-programs.ts";

const rows = 500;

/** What an operation gives for cells that depend on its name alone. */
function digestOfOperation(op: string): string {
  const random = seededRandom(`pinned ${op}`);
  const program = programOf(
    { a: operationNode(op, "number", 0, random), b: operationNode(op, "text", 0, random) },
    isTextInput,
    isListInput,
  );
  const outputs = outputsOf(program, rows);
  interpretProgram(program, makeKernel())(rows, inputsOf(program, random, rows), outputs);
  return digestOfCells(outputs).slice("sha256:".length, "sha256:".length + 16);
}

test("no operation changes a bit within a version of the kernel", async () => {
  const digests = Object.fromEntries(
    Object.keys(operations)
      .sort()
      .map((op) => [op, digestOfOperation(op)]),
  );
  // Where this fails for an operation that was there before, the kernel's version must rise before the file is written anew.
  const pinned = `${JSON.stringify({ kernelVersion, digests }, null, 1)}\n`;
  await expect(pinned).toMatchFileSnapshot("../../golden/kernel-operations.json");
});
