// Waits for a line that says where, from which step on, and at which point to die; does the steps and tells of each that is done.
import { once } from "node:events";
import { flushCompileCache } from "node:module";
import { createInterface } from "node:readline";
import type { FeaturePlace } from "./feature-place.ts";
import { doPushStep, openPushes, pushSteps } from "./push-history-steps.ts";

flushCompileCache(); // a killed process does not
process.stdout.write("ready\n");
const [line]: unknown[] = await once(createInterface(process.stdin), "line");
const { place, fromStep, dieAt }: { readonly place: FeaturePlace; readonly fromStep: number; readonly dieAt: number } =
  JSON.parse(String(line));
let passed = 0;
const open = await openPushes(place, () => {
  passed++;
  if (passed === dieAt) process.kill(process.pid, "SIGKILL");
});
process.stdout.write("begun\n");
for (let step = fromStep; step < pushSteps; step++) {
  await doPushStep(open, step);
  process.stdout.write(`${step}\n`);
}
await open.close();
process.exit(0);
