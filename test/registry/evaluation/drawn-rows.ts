import type { TaskKind } from "../../../src/contracts/evaluation-detail.ts";
import type { Random } from "../../../src/core/random.ts";

/** Labels with predictions of two models that share most of what they know. */
export interface DrawnRows {
  readonly labels: Float64Array;
  readonly predictions: Float64Array;
  readonly others: Float64Array;
}

/** Draws rows of a kind from one fixed population. */
export function drawRows(random: Random, kind: TaskKind, rows: number): DrawnRows {
  if (kind === "multiclass") return drawClasses(random, rows);
  const labels = new Float64Array(rows);
  const predictions = new Float64Array(rows);
  const others = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const x = random.normal();
    const [noise, other] = [0.4 * random.normal(), 0.6 * random.normal()];
    if (kind === "binary") {
      labels[i] = random.next() < sigmoid(1.5 * x - 0.7) ? 1 : 0;
      predictions[i] = sigmoid(1.5 * x - 0.7 + noise);
      others[i] = sigmoid(1.5 * x - 0.7 + noise + other);
    } else {
      labels[i] = 10 + 2 * x + random.normal();
      predictions[i] = 10 + 2 * x + noise;
      others[i] = 10 + 2 * x + noise + other;
    }
  }
  return { labels, predictions, others };
}

/** Three classes, the third one rare. */
function drawClasses(random: Random, rows: number): DrawnRows {
  const labels = new Float64Array(rows);
  const predictions = new Float64Array(3 * rows);
  const others = new Float64Array(3 * rows);
  for (let i = 0; i < rows; i++) {
    const scores = [random.normal() + 0.7, random.normal() + 0.4, random.normal() - 0.6];
    const shares = softmax(scores);
    const u = random.next();
    labels[i] = u < (shares[0] ?? 0) ? 0 : u < (shares[0] ?? 0) + (shares[1] ?? 0) ? 1 : 2;
    const said = scores.map((score) => score + 0.3 * random.normal());
    predictions.set(softmax(said), 3 * i);
    others.set(softmax(said.map((score) => score + 0.5 * random.normal())), 3 * i);
  }
  return { labels, predictions, others };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function softmax(scores: readonly number[]): number[] {
  const powers = scores.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
