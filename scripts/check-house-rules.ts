import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { root } from "./entries.ts";

/** A rule that no linter has: a pattern that must not occur in files of some folders. */
interface HouseRule {
  readonly files: readonly string[];
  readonly pattern: RegExp;
  readonly why: string;
}

const rules: readonly HouseRule[] = [
  {
    files: ["src/**/*.ts", "test/runtime/**/*.ts", "examples/**/*.ts"],
    pattern: /^\s*(?:await\s+)?using\s+[A-Za-z_$][\w$]*\s*=/,
    why: "`using` declarations are a SyntaxError on Node 22; call close() in a finally block",
  },
  { files: ["src/**/*.ts"], pattern: /as unknown as/, why: "no `as unknown as`: make the types meet" },
  { files: ["src/**/*.ts"], pattern: /\b(?:TODO|FIXME|XXX)\b/, why: "no TODO: do it, or leave it out" },
  {
    files: ["src/**/*.ts"],
    pattern: /^(?:const|let|export const)\s.*=\s*await\s|^await\s/,
    why: "no top-level await in src/: it breaks require() of the package",
  },
  { files: ["src/**/*.ts"], pattern: /^export \* /, why: "no `export *`: name what you export" },
  { files: ["src/**/*.ts"], pattern: /catch\s*(?:\([^)]*\))?\s*\{\s*\}/, why: "no catch that swallows" },
  { files: ["src/**/*.ts", "test/**/*.ts"], pattern: /\b(?:test|it|describe)\.only\(/, why: "no `.only` left behind" },
  {
    files: ["src/**/*.ts"],
    pattern: /from "[^"]*(?:utils|helpers|common|misc)(?:\/[^"]*)?\.ts"/,
    why: "no utils, helpers, common or misc: name the file after its idea",
  },
];

const found: string[] = [];
for (const rule of rules) {
  for (const pattern of rule.files) {
    for await (const file of glob(pattern, { cwd: root })) {
      const lines = readFileSync(`${root}${file}`, "utf8").split("\n");
      lines.forEach((line, i) => {
        if (rule.pattern.test(line)) found.push(`${file}:${i + 1}: ${rule.why}\n    ${line.trim()}`);
      });
    }
  }
}
if (found.length > 0) {
  console.error(found.join("\n"));
  process.exitCode = 1;
} else {
  console.log(`house rules: ${rules.length} rules hold`);
}
