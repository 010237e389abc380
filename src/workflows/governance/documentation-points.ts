/** A point of the regulation, in our words, and what of it only a person can say. */
export interface PointDefinition {
  readonly id: string;
  readonly title: string;
  /** What a person must write; absent where records can say all of it. */
  readonly human?: string;
}

/** Annex IV, Article 12 and Article 72 of Regulation (EU) 2024/1689, point by point. The text of the regulation is what counts; these are headings. */
export const documentationPoints: readonly PointDefinition[] = [
  {
    id: "annex-iv.1.a",
    title: "Intended purpose, provider, version and its relation to previous versions",
    human: "the intended purpose, and the provider's name",
  },
  {
    id: "annex-iv.1.b",
    title: "Interaction with hardware, software and other AI systems",
    human: "what the system interacts with beyond its data sources",
  },
  {
    id: "annex-iv.1.c",
    title: "Versions of software and firmware, and what updates require",
    human: "the software around the model, and the requirements of updates",
  },
  {
    id: "annex-iv.1.d",
    title: "Forms in which it is placed on the market or put into service",
    human: "how users get it: package, download, interface",
  },
  { id: "annex-iv.1.e", title: "Hardware it is intended to run on", human: "the intended hardware" },
  {
    id: "annex-iv.1.f",
    title: "Pictures of the product it is a component of",
    human: "pictures of the product, if it is a component of one",
  },
  { id: "annex-iv.1.g", title: "User interface of the deployer", human: "a basic description of the user interface" },
  { id: "annex-iv.1.h", title: "Instructions for use", human: "the instructions for use" },
  {
    id: "annex-iv.2.a",
    title: "Methods and steps of the development",
    human: "pre-trained systems and tools of third parties, and how they were used",
  },
  {
    id: "annex-iv.2.b",
    title: "Design: logic, key choices, what it optimises, expected output",
    human: "the rationale and assumptions behind the key choices, and trade-offs",
  },
  {
    id: "annex-iv.2.c",
    title: "Architecture, and computing resources used",
    human: "the computing resources used to develop, train and test it",
  },
  {
    id: "annex-iv.2.d",
    title: "Data: provenance, scope, characteristics, selection, labelling, cleaning",
    human: "how the data was obtained and selected, and how it was labelled",
  },
  {
    id: "annex-iv.2.e",
    title: "Human oversight measures (Article 14)",
    human: "the assessment of the oversight measures that are needed",
  },
  {
    id: "annex-iv.2.f",
    title: "Pre-determined changes, and what keeps the requirements met through them",
    human: "the changes that are planned, beyond the recorded policy and retraining",
  },
  { id: "annex-iv.2.g", title: "Validation and testing: data, metrics, impacts, dated and signed test logs" },
  { id: "annex-iv.2.h", title: "Cybersecurity measures", human: "the measures of the system around the model" },
  {
    id: "annex-iv.3",
    title: "Capabilities and limits, accuracy by group, risks, oversight, input data",
    human: "foreseeable unintended outcomes, sources of risk, and oversight measures",
  },
  {
    id: "annex-iv.4",
    title: "Appropriateness of the performance metrics",
    human: "why these metrics are the right ones",
  },
  { id: "annex-iv.5", title: "Risk management system (Article 9)", human: "the risk management system" },
  { id: "annex-iv.6", title: "Relevant changes through the lifecycle" },
  {
    id: "annex-iv.7",
    title: "Harmonised standards applied, or other solutions",
    human: "the list of standards, or of the solutions adopted instead",
  },
  { id: "annex-iv.8", title: "EU declaration of conformity (Article 47)", human: "a copy of the declaration" },
  {
    id: "annex-iv.9",
    title: "Evaluation of the performance after it is on the market, with the plan of Article 72(3)",
  },
  { id: "art-12.1", title: "Events are recorded automatically over the lifetime" },
  { id: "art-12.2.a", title: "Records of situations that may present a risk, or a substantial modification" },
  { id: "art-12.2.b", title: "Records that facilitate monitoring after it is on the market" },
  { id: "art-12.2.c", title: "Records for monitoring its operation" },
  {
    id: "art-12.3",
    title: "Remote biometric identification: period of each use, reference database, matches, persons",
    human: "whether this applies; if so, where these are recorded",
  },
  { id: "art-72.1", title: "A monitoring system is established and documented" },
  { id: "art-72.2", title: "Data on performance is collected, documented and analysed throughout the lifetime" },
  {
    id: "art-72.3",
    title: "The monitoring plan",
    human: "the plan as adopted: the recorded monitors are what of it runs",
  },
];
