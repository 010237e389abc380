import { openData } from "../data/open-data.ts";
import { graphSteps } from "./kill-graph-steps.ts";

const folder = process.argv[2];
if (folder === undefined) throw new Error("the folder is missing");
const open = await openData(folder);
process.stdout.write("opened\n");
await graphSteps(open.data, (step) => process.stdout.write(`${step}\n`));
await open.close();
