import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

const execute = promisify(execFile);
const script = fileURLToPath(new URL("../support/huge-field-child.ts", import.meta.url));

interface Said {
  readonly refused: string;
  readonly grownMegabytes: number;
  readonly takenMegabytes: number;
  readonly kept: boolean;
}

test.each([
  ["plain", ""],
  ["quoted", '"'],
])(
  "a %s CSV field of a gigabyte is refused with its line; neither memory nor the head of the branch sees it",
  async (_how, open) => {
    const { stdout } = await execute(process.execPath, [script, temporaryFolder(), open]);
    const said = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Said;
    expect(said.refused).toMatch(/data\/malformed-source.*longer than 16777216 bytes in the record at line 3/);
    expect(said.takenMegabytes).toBeGreaterThan(15);
    expect(said.grownMegabytes).toBeLessThan(200);
    expect(said.takenMegabytes).toBeLessThan(100);
    expect(said.kept).toBe(true);
  },
);
