import { fromBase64 } from "../../core/base64.ts";
import { identityRefused } from "./identity-refused.ts";

/** What a token says; nothing of it is true before its signature was verified. */
export type Claims = { readonly [claim: string]: unknown };

/** A token taken apart (JWS compact serialization, RFC 7515 §7.1). */
export interface SignedToken {
  readonly header: Claims;
  readonly claims: Claims;
  /** What the signature is over. */
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

const longest = 16_384;

/** Takes a token apart: three parts of base64url, of which each has one spelling. Errors: `registry/identity-refused`. */
export function readToken(text: unknown): SignedToken {
  if (typeof text !== "string" || text.length > longest) throw identityRefused("that is no text, or over 16 KiB long");
  const parts = text.split(".");
  const [header = "", claims = "", signature = ""] = parts;
  if (parts.length !== 3)
    throw identityRefused(`of ${parts.length} ${parts.length === 1 ? "part" : "parts"}, not three`);
  return {
    header: jsonIn(header),
    claims: jsonIn(claims),
    signed: new TextEncoder().encode(`${header}.${claims}`),
    signature: bytesIn(signature),
  };
}

function bytesIn(part: string): Uint8Array<ArrayBuffer> {
  const padded = part.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (part.length % 4)) % 4);
  const bytes = /^[A-Za-z0-9_-]*$/.test(part) ? fromBase64(padded) : undefined;
  if (bytes === undefined) throw identityRefused("that is no base64url");
  return Uint8Array.from(bytes);
}

function jsonIn(part: string): Claims {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytesIn(part)));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return Object.fromEntries(Object.entries(value));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw identityRefused("whose header or claims are no JSON record");
}
