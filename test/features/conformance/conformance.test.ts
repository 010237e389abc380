import { definitions } from "./definitions.ts";
import { edges } from "./edges.ts";
import { onEveryStore } from "./on-every-store.ts";
import { online } from "./online.ts";
import { pointInTime } from "./point-in-time.ts";
import { windowCases } from "./windows.ts";

onEveryStore([...pointInTime, ...definitions, ...online, ...edges, ...windowCases]);
