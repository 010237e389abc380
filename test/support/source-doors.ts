import { registerHooks } from "node:module";

// Loaded with `node --import`: `sluice` and its subpaths are the sources, so that a program that uses the published names runs unbuilt.
const src = new URL("../../src/", import.meta.url);

registerHooks({
  resolve(specifier, context, nextResolve) {
    const door = /^sluice(?:\/(.+))?$/.exec(specifier);
    if (door === null) return nextResolve(specifier, context);
    const folder = door[1] === undefined ? "" : `${door[1]}/`;
    return nextResolve(new URL(`${folder}index.ts`, src).href, context);
  },
});
