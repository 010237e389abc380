import { portableAcos } from "./acos.ts";
import { portableAsin } from "./asin.ts";
import { portableAtan } from "./atan.ts";
import { portableAtan2 } from "./atan2.ts";
import { portableCbrt } from "./cbrt.ts";
import { portableCos } from "./cos.ts";
import { portableCosh } from "./cosh.ts";
import { portableExp } from "./exp.ts";
import { portableExpm1 } from "./expm1.ts";
import { portableHypot } from "./hypot.ts";
import type { LogConstants } from "./log-pair.ts";
import { portableLog } from "./log.ts";
import { portableLog10 } from "./log10.ts";
import { portableLog1p } from "./log1p.ts";
import { portableLog2 } from "./log2.ts";
import { portablePow } from "./pow.ts";
import { portableSin } from "./sin.ts";
import { portableSinh } from "./sinh.ts";
import { portableTan } from "./tan.ts";
import { portableTanh } from "./tanh.ts";

/**
 * Elementary functions with the same bits on every runtime, unlike those of `Math`, of which ECMAScript says only that they are
 * approximations. Made of operations that IEEE 754 rounds exactly; at most 0.55 ulp, 1 where the result lies below the
 * normal doubles. Special values as in `Math`.
 */
export interface PortableMath {
  /** e^x. */
  exp(x: number): number;
  /** e^x − 1. */
  expm1(x: number): number;
  /** ln x. */
  log(x: number): number;
  /** ln(1 + x). */
  log1p(x: number): number;
  /** Logarithm to base 2. */
  log2(x: number): number;
  /** Logarithm to base 10. */
  log10(x: number): number;
  /** x^y. */
  pow(x: number, y: number): number;
  /** Sine of radians. */
  sin(x: number): number;
  /** Cosine of radians. */
  cos(x: number): number;
  /** Tangent of radians. */
  tan(x: number): number;
  /** Arcsine, radians. */
  asin(x: number): number;
  /** Arccosine, radians. */
  acos(x: number): number;
  /** Arctangent, radians. */
  atan(x: number): number;
  /** Angle of the point (x, y), radians. */
  atan2(y: number, x: number): number;
  /** Hyperbolic sine. */
  sinh(x: number): number;
  /** Hyperbolic cosine. */
  cosh(x: number): number;
  /** Hyperbolic tangent. */
  tanh(x: number): number;
  /** Cube root. */
  cbrt(x: number): number;
  /** √(x² + y²). */
  hypot(x: number, y: number): number;
}

/** The functions with their logarithms made of the constants given. */
export function makePortableMath(constants: LogConstants): PortableMath {
  return {
    exp: portableExp,
    expm1: portableExpm1,
    log: (x) => portableLog(x, constants),
    log1p: (x) => portableLog1p(x, constants),
    log2: (x) => portableLog2(x, constants),
    log10: (x) => portableLog10(x, constants),
    pow: (x, y) => portablePow(x, y, constants),
    sin: portableSin,
    cos: portableCos,
    tan: portableTan,
    asin: portableAsin,
    acos: portableAcos,
    atan: portableAtan,
    atan2: portableAtan2,
    sinh: portableSinh,
    cosh: portableCosh,
    tanh: portableTanh,
    cbrt: portableCbrt,
    hypot: portableHypot,
  };
}
