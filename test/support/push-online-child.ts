// Pushes to an online store and prints the number of each step once it is acknowledged. Arguments: redis <port> <prefix> | postgres <url> <schema>.
import { openOnline, pushAll } from "./kill-online-steps.ts";

const [engine, where = "", place = ""] = process.argv.slice(2);
if (engine !== "redis" && engine !== "postgres") throw new Error("which engine?");
const { store, close } = openOnline(engine, where, place);
await store.extent("events"); // connected, and the tables are there
process.stdout.write("opened\n");
await pushAll(store, (step) => process.stdout.write(`${step}\n`));
await close();
