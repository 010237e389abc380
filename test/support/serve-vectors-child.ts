// Serves vectors from a workspace that logs all of them, and prints how many are in the log for certain after each batch.
// Arguments: <folder> <number of the first request>.
import { openWorkspace } from "../../src/index.ts";
import { servedLogService } from "./served-log-service.ts";

const [folder = "", first = "0"] = process.argv.slice(2);
const ws = await openWorkspace({ path: folder, featureLog: { rate: 1 } });
for (let from = Number(first); ; from += 20) {
  await ws.features.vectors(
    servedLogService,
    Array.from({ length: 20 }, (_, i) => ({ n: from + i })),
  );
  await ws.features.served(servedLogService, { limit: 1 }); // stores what is buffered
  process.stdout.write(`${from + 20}\n`);
}
