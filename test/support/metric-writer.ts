import { ExperimentTracker } from "../../src/training/tracking/experiment-tracker.ts";
import { openTrainingParts } from "./training-parts.ts";

// Records metrics for ever; prints the run's id, then after each awaited flush how many points it has acknowledged.
const parts = await openTrainingParts(process.argv[2] ?? ".");
const tracker = new ExperimentTracker(parts);
await tracker.run("killed", {}, async (run) => {
  process.stdout.write(`run ${run.id}\n`);
  for (let i = 0; ; i++) {
    run.metric("i", i);
    run.metric("twice", 2 * i);
    if (i % 5 === 4) {
      await run.flush();
      process.stdout.write(`flushed ${i + 1}\n`);
    }
  }
});
