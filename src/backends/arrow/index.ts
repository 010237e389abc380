export { arrowSource, tableFromArrow } from "./arrow-source.ts";
export { tableToArrow } from "./table-to-arrow.ts";
