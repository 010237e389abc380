import type { Gate } from "../../contracts/gate.ts";
import { contentFormats } from "../content/content-artifact.ts";

/** A gate that a version is a prompt or a config, stored as such: what it holds was checked when it was registered. */
export function contentSound(): Gate {
  const gate = "contentSound";
  const fix = "Register it with registerContent(); models have gates of their own.";
  return {
    gate,
    params: {},
    judge: ({ version: { kind, artifactFormat } }) => {
      if (kind !== "prompt" && kind !== "config") return { gate, outcome: "fail", reason: "it is a model", fix };
      if (artifactFormat !== contentFormats[kind])
        return { gate, outcome: "fail", reason: `a ${kind} stored as "${artifactFormat}"`, fix };
      return { gate, outcome: "pass", reason: `a ${kind}` };
    },
  };
}
