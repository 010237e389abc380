// Runs after `npm ci`, on whatever Node started it: deletes source maps of TensorFlow.js and the C headers of the Node
// package, 260 MB that nothing loads (see docs/decisions/0001-tooling.md). It touches only this project's node_modules.
import { readdirSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const modules = fileURLToPath(new URL("../node_modules/", import.meta.url));

function filesUnder(folder) {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`);
}

for (const file of filesUnder(`${modules}@tensorflow`)) if (file.endsWith(".js.map")) rmSync(file);
for (const folder of filesUnder(`${modules}node/node_modules`)) {
  if (/node_modules\/node-[^/\\]+[/\\](include|share)$/.test(folder)) rmSync(folder, { recursive: true });
}
