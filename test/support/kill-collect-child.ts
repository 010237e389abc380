import { openData } from "../data/open-data.ts";
import { collectSteps } from "./kill-collect-steps.ts";

const folder = process.argv[2];
if (folder === undefined) throw new Error("the folder is missing");
const open = await openData(folder);
process.stdout.write("opened\n");
await collectSteps(folder, open.data, (outcome) => process.stdout.write(`${outcome}\n`));
await open.close();
