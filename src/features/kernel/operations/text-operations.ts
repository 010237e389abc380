import { bucketOfText } from "../text/bucket-of-text.ts";
import { codePointLength, sliceCodePoints } from "../text/code-points.ts";
import { containsText, endsWithText, startsWithText } from "../text/find-text.ts";
import { lowerAscii, trimText, upperAscii } from "../text/plain-text.ts";
import type { Operation } from "./operation.ts";

/** The largest number of milliseconds from 1970 that a JavaScript date can hold. */
const lastInstant = 8.64e15;
const decimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Texts by code point, and conversions. */
export const textOperations: { readonly [op: string]: Operation } = {
  length: { form: "total", takes: ["text"], gives: "number", make: () => codePointLength },
  sliceFrom: {
    form: "total",
    takes: ["text", "number"],
    gives: "text",
    make: () => (text: string, start: number) => sliceCodePoints(text, start),
  },
  slice: {
    form: "total",
    takes: ["text", "number", "number"],
    gives: "text",
    make: () => (text: string, start: number, end: number) => sliceCodePoints(text, start, end),
  },
  startsWith: { form: "total", takes: ["text", "text"], gives: "number", make: () => startsWithText },
  endsWith: { form: "total", takes: ["text", "text"], gives: "number", make: () => endsWithText },
  contains: { form: "total", takes: ["text", "text"], gives: "number", make: () => containsText },
  concat: {
    form: "total",
    takes: ["text", "text"],
    gives: "text",
    make: () => (a: string, b: string) => a + b,
    text: "A + B",
  },
  trim: { form: "total", takes: ["text"], gives: "text", make: () => trimText },
  lower: { form: "total", takes: ["text"], gives: "text", make: () => lowerAscii },
  upper: { form: "total", takes: ["text"], gives: "text", make: () => upperAscii },
  hash: { form: "total", takes: ["text", "number"], gives: "number", make: () => bucketOfText },
  numberToText: { form: "total", takes: ["number"], gives: "text", make: () => (a: number) => String(a) },
  booleanToText: {
    form: "total",
    takes: ["number"],
    gives: "text",
    make: () => (a: number) => (a === 0 ? "false" : "true"),
  },
  booleanToNumber: { form: "total", takes: ["number"], gives: "number", make: () => (a) => a, text: "A" },
  instantToMs: { form: "total", takes: ["number"], gives: "number", make: () => (a) => a, text: "A" },
  textToNumber: { form: "partial", takes: ["text"], gives: "number", make: () => parseNumber },
  textToBoolean: {
    form: "partial",
    takes: ["text"],
    gives: "number",
    make: () => (a: string) => (a === "true" ? 1 : a === "false" ? 0 : null),
  },
  numberToBoolean: {
    form: "partial",
    takes: ["number"],
    gives: "number",
    make: () => (a: number) => (a === 0 || a === 1 ? Math.abs(a) : null),
  },
  numberToInstant: {
    form: "partial",
    takes: ["number"],
    gives: "number",
    make: () => (a: number) => (Number.isInteger(a) && Math.abs(a) <= lastInstant ? a + 0 : null),
  },
};

function parseNumber(text: string): number | null {
  const value = decimal.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}
