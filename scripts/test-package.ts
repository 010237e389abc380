import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { packageChecks } from "../test/package/package-checks.ts";
import { userChecks } from "../test/package/user-checks.ts";
import { runChecks } from "./checks.ts";
import { report, total } from "./counts.ts";
import { root } from "./entries.ts";
import { installInEmptyProject, pack } from "./package-project.ts";
import { run } from "./run.ts";

// Builds, packs and installs the package as a user would, and checks what they get.

const folder = mkdtempSync(`${tmpdir()}/sluice-package-`);
let project = "";
let tarball = "";
const made = await runChecks([
  {
    name: "build",
    run: async () => {
      const built = await run(process.execPath, [`${root}scripts/build.ts`]);
      if (built.code !== 0) throw new Error(built.stdout + built.stderr);
      return undefined;
    },
  },
  {
    name: "pack: nothing but what users need",
    run: async () => {
      const packed = await pack(folder);
      tarball = packed.tarball;
      const other = packed.files.filter(
        (file) =>
          !/^(?:dist\/|schemas\/[a-z-]+\.schema\.json$|docs\/guide\/[a-z-]+\.md$|(?:package\.json|README\.md|LICENSE|CHANGELOG\.md)$)/.test(
            file,
          ),
      );
      if (other.length > 0) throw new Error(`the tarball holds ${other.join(", ")}`);
      for (const wanted of ["README.md", "LICENSE", "docs/guide/governance.md"]) {
        if (!packed.files.includes(wanted)) throw new Error(`the tarball lacks ${wanted}`);
      }
      return `${packed.files.length} files`;
    },
  },
  {
    name: "install in an empty project",
    run: async () => {
      project = await installInEmptyProject(tarball);
      return undefined;
    },
  },
]);
const checked = await runChecks([...packageChecks(tarball), ...userChecks(project)]);
rmSync(folder, { recursive: true, force: true });
if (project !== "") rmSync(project, { recursive: true, force: true });
report(total([made, checked]));
