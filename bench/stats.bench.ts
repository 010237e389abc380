import { aucBench } from "./stats/auc.ts";
import { classicalTestsBench } from "./stats/classical-tests.ts";
import { eProcessBench } from "./stats/e-process.ts";
import { homogeneityBench } from "./stats/homogeneity.ts";
import { portableMathBench } from "./stats/portable-math.ts";
import { profilesBench } from "./stats/profiles.ts";
import { sequencesBench } from "./stats/sequences.ts";
import { sketchesBench } from "./stats/sketches.ts";
import { sumsBench } from "./stats/sums.ts";
import { twoSamples } from "./stats/two-samples.ts";

// What the statistics cost; the baseline is one plain pass over the same typed arrays.

await portableMathBench();
await twoSamples("stats");
await classicalTestsBench();
await homogeneityBench();
await profilesBench();
await sumsBench();
await sketchesBench();
await aucBench();
await eProcessBench();
await sequencesBench();
