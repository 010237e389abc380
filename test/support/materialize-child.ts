// Waits for a line that says where, from which step on, and at which point to die; does the steps and tells of each that is done.
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Digest } from "../../src/core/digest.ts";
import { onlinePoints, withMetadataPoints } from "./fatal-point.ts";
import { doFeatureStep, openFeatures, stepCount } from "./materialize-steps.ts";

export interface MaterializeOrder {
  readonly folder: string;
  readonly versions: readonly Digest[];
  readonly fromStep: number;
  /** 0 = at none. */
  readonly dieAt: number;
}

process.stdout.write("ready\n");
const [line]: unknown[] = await once(createInterface(process.stdin), "line");
const { folder, versions, fromStep, dieAt }: MaterializeOrder = JSON.parse(String(line));
let passed = 0;
const point = (): void => {
  passed++;
  if (passed === dieAt) process.kill(process.pid, "SIGKILL");
};
const open = await openFeatures(folder, {
  metadata: (store) => withMetadataPoints(store, point),
  online: (store) => onlinePoints(store, point),
});
process.stdout.write("begun\n");
for (let step = fromStep; step < stepCount; step++) {
  await doFeatureStep(open, versions, step);
  process.stdout.write(`${step}\n`);
}
await open.close();
process.exit(0);
