import { type Calendar, type CalendarConstants, makeCalendar } from "./calendar.ts";
import { type LogConstants, logConstants } from "../../core/math/log-pair.ts";
import { makePortableMath, type PortableMath } from "../../core/math/portable-math.ts";

/** The version of the kernel's mathematics. It is part of every view's hash: a change of any bit is a new version. */
export const kernelVersion: "3" = "3";

/** The numbers that the kernel's functions are made of. */
export interface KernelConstants extends LogConstants, CalendarConstants {
  /** Added to every window's start, milliseconds. */
  readonly windowOffsetMs: number;
}

/** The functions that training and serving share, beyond IEEE 754 arithmetic. */
export interface Kernel extends PortableMath, Calendar {
  /** Where the sawtooth window of length `overMs` starts for a read at `atMs`: `floor((T − over)/hop)·hop`, epoch ms. */
  windowStartMs(atMs: number, overMs: number, hopMs: number): number;
  /** Where the last complete one of windows side by side starts for a read at `atMs`, epoch ms; it ends `sizeMs` later. */
  tumblingStartMs(atMs: number, sizeMs: number, offsetMs: number): number;
  /** The mean of `count` values by their exact sum. */
  mean(sum: number, count: number): number;
}

/** The kernel's constants. */
export const kernelConstants: KernelConstants = {
  ...logConstants,
  msPerHour: 3_600_000,
  msPerDay: 86_400_000,
  weekdayOfEpoch: 4,
  windowOffsetMs: 0,
};

/**
 * Makes a kernel; constants given replace the standard ones, so that a test can see that a perturbed kernel is noticed.
 *
 * @example
 * ```ts
 * import { makeKernel } from "sluice/features";
 * if (makeKernel().hour(Date.UTC(2001, 3, 1, 17, 30)) !== 17) throw new Error("17 h expected");
 * if (makeKernel({ weekdayOfEpoch: 5 }).weekday(0) !== 5) throw new Error("a perturbed kernel expected");
 * ```
 */
export function makeKernel(constants: Partial<KernelConstants> = {}): Kernel {
  const all: KernelConstants = { ...kernelConstants, ...constants };
  const { windowOffsetMs } = all;
  return {
    ...makePortableMath(all),
    ...makeCalendar(all),
    windowStartMs: (atMs, overMs, hopMs) => Math.floor((atMs - overMs) / hopMs) * hopMs + windowOffsetMs,
    tumblingStartMs: (atMs, sizeMs, offsetMs) => {
      const endMs = Math.floor((atMs - offsetMs) / sizeMs) * sizeMs + offsetMs;
      // A quotient just below an integer can be rounded up to it.
      return endMs - (endMs > atMs ? 2 : 1) * sizeMs + windowOffsetMs;
    },
    mean: (sum, count) => sum / count,
  };
}
