// Waits for a line that says where, from which step on, and at which point to die; does the steps and tells of each that is done.
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onlinePoints, withMetadataPoints } from "./fatal-point.ts";
import { doPushStep, openPushes, pushSteps } from "./push-history-steps.ts";

process.stdout.write("ready\n");
const [line]: unknown[] = await once(createInterface(process.stdin), "line");
const { folder, fromStep, dieAt }: { readonly folder: string; readonly fromStep: number; readonly dieAt: number } =
  JSON.parse(String(line));
let passed = 0;
const point = (): void => {
  passed++;
  if (passed === dieAt) process.kill(process.pid, "SIGKILL");
};
const open = await openPushes(folder, {
  metadata: (store) => withMetadataPoints(store, point),
  online: (store) => onlinePoints(store, point),
});
for (let step = fromStep; step < pushSteps; step++) {
  await doPushStep(open, step);
  process.stdout.write(`${step}\n`);
}
await open.close();
process.exit(0);
