import { portableExp } from "./exp.ts";
import { portableExpm1 } from "./expm1.ts";
import { portableHypot } from "./hypot.ts";
import { logConstants } from "./log-pair.ts";
import { portableLog } from "./log.ts";
import { portableLog1p } from "./log1p.ts";
import type { PortableMath } from "./portable-math.ts";

/** The elementary functions that statistics are made of, with the same bits on every runtime: what is stored and signed must not depend on the engine. */
export const portable: Pick<PortableMath, "exp" | "expm1" | "log" | "log1p" | "hypot"> = {
  exp: portableExp,
  expm1: portableExpm1,
  log: (x) => portableLog(x, logConstants),
  log1p: (x) => portableLog1p(x, logConstants),
  hypot: portableHypot,
};
