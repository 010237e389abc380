// Does one act of the registry in a folder, and is killed (SIGKILL) at its n-th point.
// argv: folder, act, n
import { fatalPoint } from "./fatal-point.ts";
import { openActs, registryActs } from "./registry-acts.ts";

const [folder = "", act = "", n = "0"] = process.argv.slice(2);
const fixture = await openActs(folder, fatalPoint(Number(n)));
await registryActs[act]?.run(fixture);
await fixture.close();
