// Waits for a line that says where, from which step on, and at which point to die; does the steps and tells of each that is done.
import { once } from "node:events";
import { flushCompileCache } from "node:module";
import { createInterface } from "node:readline";
import type { Digest } from "../../src/core/digest.ts";
import type { FeaturePlace } from "./feature-place.ts";
import { doFeatureStep, openFeatures, stepCount } from "./materialize-steps.ts";

export interface MaterializeOrder {
  readonly place: FeaturePlace;
  readonly versions: readonly Digest[];
  readonly fromStep: number;
  /** 0 = at none. */
  readonly dieAt: number;
}

flushCompileCache(); // a killed process does not
process.stdout.write("ready\n");
const [line]: unknown[] = await once(createInterface(process.stdin), "line");
const { place, versions, fromStep, dieAt }: MaterializeOrder = JSON.parse(String(line));
let passed = 0;
const open = await openFeatures(place, () => {
  passed++;
  if (passed === dieAt) process.kill(process.pid, "SIGKILL");
});
process.stdout.write("begun\n");
for (let step = fromStep; step < stepCount; step++) {
  await doFeatureStep(open, versions, step);
  process.stdout.write(`${step}\n`);
}
await open.close();
process.exit(0);
