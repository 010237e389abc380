import type {
  BooleanExpression,
  Either,
  ExpressionNode,
  InstantExpression,
  InstantOperand,
  NumberExpression,
} from "../../../contracts/expression.ts";
import { durationMs, type Duration } from "../../../core/duration.ts";
import { SluiceError } from "../../../core/errors.ts";
import {
  both,
  call,
  constant,
  either,
  type Makers,
  operandNode,
  operandNullable,
  withoutOperators,
} from "./expression-nodes.ts";

/** Makes an expression of an instant. */
export function instantExpression<N extends boolean>(
  node: ExpressionNode,
  nullable: N,
  make: Makers,
): InstantExpression<N> {
  const part = (op: string): NumberExpression<N> => make.number(call(op, node), nullable);
  const compare = <M extends boolean>(op: string, x: InstantOperand<M>): BooleanExpression<Either<N, M>> =>
    make.boolean(call(op, node, operandNode(x, "instant")), either(nullable, operandNullable(x)));
  const since = <M extends boolean>(x: InstantOperand<M>, unitMs: number): NumberExpression<Either<N, M>> => {
    const ms = call("sub", node, operandNode(x, "instant"));
    return make.number(unitMs === 1 ? ms : call("div", ms, constant(unitMs)), either(nullable, operandNullable(x)));
  };
  const moved = (op: string, by: number): InstantExpression<N> => make.instant(call(op, node, constant(by)), nullable);
  return withoutOperators({
    node,
    type: { tag: "instant", nullable },
    year: () => part("year"),
    month: () => part("month"),
    day: () => part("day"),
    dayOfYear: () => part("dayOfYear"),
    hour: () => part("hour"),
    minute: () => part("minute"),
    second: () => part("second"),
    weekday: () => part("weekday"),
    isWeekend: () => make.boolean(call("ge", call("weekday", node), constant(6)), nullable),
    floorTo: (step) => moved("floorTo", positiveMs(step)),
    plus: (duration) => moved("add", durationMs(duration)),
    minus: (duration) => moved("sub", durationMs(duration)),
    msSince: (x) => since(x, 1),
    secondsSince: (x) => since(x, 1000),
    daysSince: (x) => since(x, 86_400_000),
    gt: (x) => compare("gt", x),
    ge: (x) => compare("ge", x),
    lt: (x) => compare("lt", x),
    le: (x) => compare("le", x),
    eq: (x) => compare("eq", x),
    ne: (x) => compare("ne", x),
    toMs: () => part("instantToMs"),
    isNull: () => make.boolean(call("isNull", node), false),
    orElse: (x) => make.instant(call("orElse", node, operandNode(x, "instant")), both(nullable, operandNullable(x))),
  });
}

function positiveMs(step: Duration): number {
  const ms = durationMs(step);
  if (ms > 0) return ms;
  throw new SluiceError("definition/invalid", {
    found: `floorTo(${JSON.stringify(step)})`,
    expected: "a step above 0",
    fix: 'Give a duration, as in floorTo("1h").',
  });
}
