import { calendarOperations } from "./calendar-operations.ts";
import { listOperations } from "./list-operations.ts";
import { logicOperations } from "./logic-operations.ts";
import { numberOperations } from "./number-operations.ts";
import type { Operation } from "./operation.ts";
import { textOperations } from "./text-operations.ts";

/** Every operation by name. A change of what one of them gives, in any bit, is a new `kernelVersion`. */
export const operations: { readonly [op: string]: Operation } = {
  ...numberOperations,
  ...logicOperations,
  ...textOperations,
  ...calendarOperations,
  ...listOperations,
};
