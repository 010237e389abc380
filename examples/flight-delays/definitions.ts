// What the demo is about: the dataset, the features and the model, each defined once.
import {
  completeness,
  count,
  dataset,
  distribution,
  entity,
  featureService,
  featureView,
  mean,
  model,
  onDemand,
  request,
  rowCount,
  t,
} from "sluice";
import { z } from "zod";
import { airportCodes } from "./source.ts";

/** A flight more than this many minutes late counts as late. */
export const lateMinutes = 15;

const airport = z.enum(airportCodes());

/**
 * One flight of the file. `flight` is the row's ordinal in the file (it has no id). `date` behaves like the actual departure,
 * presumably local time. `landed` is an assumption: push-back + 30 min + distance / 7.5 miles a minute + the delay if positive.
 */
export const flights = dataset("flights", {
  schema: z.object({
    flight: z.number().int().min(0),
    date: z.date(),
    landed: z.date(),
    delay: z.number().int().min(-1200).max(1800),
    distance: z.number().min(1).max(10_000),
    origin: airport,
    destination: airport,
  }),
  eventTime: "date",
  knownTime: "landed",
  id: "flight",
  checks: [
    rowCount({ atLeast: 1000 }),
    completeness("delay", { atLeast: 0.98 }),
    distribution("distance", { against: "previous", minEffect: 0.1 }),
  ],
});

const origin = entity("origin_airport", { origin: t.utf8 });
const destination = entity("destination_airport", { destination: t.utf8 });

/** Departures from an airport: an hour, a day, a week. */
export const departures = featureView("departures", {
  source: flights,
  entities: [origin],
  ttl: "7d",
  windows: {
    delay_1h: mean("delay").over("1h"),
    delay_24h: mean("delay").over("24h"),
    delay_7d: mean("delay").over("7d"),
    flights_1h: count().over("1h"),
    flights_24h: count().over("24h"),
    flights_7d: count().over("7d"),
  },
});

/**
 * Flights to an airport. Time zones are unknown, so a delay counts only 6 h after it became known: the window of one hour is
 * empty by that rule, and shows it.
 */
export const arrivals = featureView("arrivals", {
  source: flights,
  entities: [destination],
  ttl: "7d",
  knownDelay: "6h",
  windows: {
    delay_1h: mean("delay").over("1h"),
    delay_24h: mean("delay").over("24h"),
    delay_7d: mean("delay").over("7d"),
    flights_1h: count().over("1h"),
    flights_24h: count().over("24h"),
    flights_7d: count().over("7d"),
  },
});

/** Flights between two airports. */
export const route = featureView("route", {
  source: flights,
  entities: [origin, destination],
  ttl: "7d",
  windows: {
    delay_1h: mean("delay").over("1h"),
    delay_24h: mean("delay").over("24h"),
    delay_7d: mean("delay").over("7d"),
    flights_1h: count().over("1h"),
    flights_24h: count().over("24h"),
    flights_7d: count().over("7d"),
  },
});

/** What the network sees: every gap filled, every feature of a similar size. */
export const prepared = onDemand("prepared", {
  inputs: [departures, arrivals, route, request({ distance: t.float64, date: t.instant })],
  features: ({ departures: from, arrivals: to, route: way, distance, date }) => {
    const usual = from.delay_7d.orElse(6);
    return {
      hour: date.hour().div(24),
      weekday: date.weekday().div(7),
      distance: distance.div(1000),
      origin_now: from.delay_1h.orElse(6).div(20),
      origin_day: from.delay_24h.orElse(6).div(20),
      origin_week: usual.div(20),
      destination_day: to.delay_24h.orElse(6).div(20),
      destination_week: to.delay_7d.orElse(6).div(20),
      route_day: way.delay_24h.orElse(6).div(20),
      route_week: way.delay_7d.orElse(6).div(20),
      traffic: from.flights_1h.log1p().div(5),
      pressure: from.delay_24h.orElse(6).sub(usual).mul(from.flights_1h.add(1).log1p()).div(50),
    };
  },
});

/** Everything that is served and trained on. */
export const service = featureService("flight-delay-v1", [departures, arrivals, route, prepared]);

const flightRequest = z.object({
  flight: z.number().int(),
  date: z.date(),
  distance: z.number(),
  origin: airport,
  destination: airport,
});

/** A request, at the moment a flight leaves the gate. */
export type FlightRequest = z.output<typeof flightRequest>;

/** The inputs of the network, in order. */
export const inputs: readonly string[] = [
  "hour",
  "weekday",
  "distance",
  "origin_now",
  "origin_day",
  "origin_week",
  "destination_day",
  "destination_week",
  "route_day",
  "route_week",
  "traffic",
  "pressure",
].map((name) => `prepared.${name}`);

const output = z.object({ late: z.number().min(0).max(1) });

function featureInput(r: FlightRequest): { origin: string; destination: string; distance: number; date: number } {
  return { origin: r.origin, destination: r.destination, distance: r.distance, date: r.date.getTime() };
}

/** The probability that a flight is more than 15 minutes late. */
export const delayModel = model("flight-delay", {
  request: flightRequest,
  output,
  features: service,
  featureInput,
  vector: inputs,
});

/** The same without the hour of departure, which leaks a little of the delay: `date` is the actual departure. */
export const hourlessModel = model("flight-delay-without-hour", {
  request: flightRequest,
  output,
  features: service,
  featureInput,
  vector: inputs.filter((name) => name !== "prepared.hour"),
});
