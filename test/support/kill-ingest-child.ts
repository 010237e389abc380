import { openData } from "../data/open-data.ts";
import { ingestBatches } from "./kill-ingest-batches.ts";

const folder = process.argv[2];
if (folder === undefined) throw new Error("the folder is missing");
const open = await openData(folder);
process.stdout.write("opened\n");
await ingestBatches(open.data, (digest) => process.stdout.write(`${digest}\n`));
await open.close();
