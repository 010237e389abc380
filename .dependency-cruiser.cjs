// Who may import whom (see CONTRIBUTING.md). Type imports count: `tsPreCompilationDeps` is on.
const stages = ["data", "features", "training", "registry", "serving", "monitoring"];
const spanning = [
  "src/workflows",
  "src/cli",
  "src/ui",
  "src/open-workspace.ts",
  "src/workspace-stages.ts",
  "src/index.ts",
];
const nodeBuiltinsAllowed = "^src/(core/platform\\.ts|backends/|interop/|cli/|testing/)";
const published = "node_modules";

/** A folder may import only the folders named (and itself, and npm packages). */
function mayOnlyImport(name, from, allowed) {
  const paths = allowed.map((folder) => `^src/${folder}/`);
  return {
    name,
    severity: "error",
    comment: `${from} may import only: itself${allowed.length > 0 ? `, ${allowed.join(", ")}` : ""}.`,
    from: { path: `^src/${from}/` },
    to: { path: "^src/", pathNot: [`^src/${from}/`, ...paths] },
  };
}

const inner = ["core", "stats", "table", "contracts", "ledger"];

module.exports = {
  forbidden: [
    mayOnlyImport("core-imports-nothing", "core", []),
    mayOnlyImport("stats-imports-core", "stats", ["core"]),
    mayOnlyImport("table-imports-core", "table", ["core"]),
    mayOnlyImport("contracts-import-core-and-table", "contracts", ["core", "table"]),
    mayOnlyImport("ledger-imports-core-and-contracts", "ledger", ["core", "contracts"]),
    ...stages.map((stage) => mayOnlyImport(`${stage}-never-imports-another-stage`, stage, inner)),
    mayOnlyImport("testing-imports-inner-layers", "testing", ["core", "stats", "table", "contracts"]),
    {
      name: "a-backend-imports-inner-layers-and-itself",
      severity: "error",
      comment:
        "backends/<engine> may import only: itself, core, table, contracts; the SQL engines share backends/sql, the servers of online stores backends/online, vector stores backends/vectors.",
      from: { path: "^src/backends/([^/]+)/" },
      to: {
        path: "^src/",
        pathNot: [
          "^src/backends/$1/",
          "^src/backends/sql/",
          "^src/backends/online/",
          "^src/backends/vectors/",
          "^src/core/",
          "^src/table/",
          "^src/contracts/",
        ],
      },
    },
    {
      name: "interop-imports-inner-layers-and-stages",
      severity: "error",
      comment: "interop/<protocol> may import only: itself, core, table, contracts and the stages it speaks for.",
      from: { path: "^src/interop/([^/]+)/" },
      to: {
        path: "^src/",
        pathNot: ["^src/interop/$1/", "^src/core/", "^src/table/", "^src/contracts/", `^src/(${stages.join("|")})/`],
      },
    },
    {
      name: "nothing-imports-testing",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/testing/" },
      to: { path: "^src/testing/" },
    },
    {
      name: "nothing-below-imports-what-spans-stages",
      severity: "error",
      from: { path: "^src/", pathNot: spanning.map((path) => `^${path}`) },
      to: { path: spanning.map((path) => `^${path}`) },
    },
    {
      name: "nobody-inside-imports-an-index",
      severity: "error",
      comment:
        "index.ts files are doors for users; import the concrete file. (src/index.ts itself names concrete files too.)",
      from: { path: "^src/" },
      to: { path: "^src/.*index\\.ts$" },
    },
    {
      name: "node-built-ins-only-at-the-edges",
      severity: "error",
      from: { path: "^src/", pathNot: nodeBuiltinsAllowed },
      to: { dependencyTypes: ["core"] },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      comment: "A file that nothing imports and that imports nothing is dead, unless it is a door.",
      from: { orphan: true, pathNot: "index\\.ts$" },
      to: {},
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: { path: "^src/" },
      to: { couldNotResolve: true, pathNot: "^node:sqlite$" },
    },
    {
      name: "peers-are-types-or-lazy",
      severity: "error",
      comment:
        "A host passes its own client and its own zod: import their types only. A backend may load its engine, lazily, by import().",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-peer"], dependencyTypesNot: ["type-only"], dynamic: false },
    },
    {
      name: "only-backends-load-an-engine",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(backends|interop|cli)/" },
      to: { dependencyTypes: ["npm-peer"], dynamic: true },
    },
    {
      name: "no-dev-dependencies-in-src",
      severity: "error",
      comment: "What src/ imports must be a dependency or a peer.",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm-peer", "type-only"] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.src.json" },
    doNotFollow: { path: published },
    builtInModules: { add: ["node:sqlite"] },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".js"],
    },
  },
};
