// What `suggestions.ts` was told by a sample of two weeks, as it was committed.
import { z } from "zod";

// Inferred from a sample of 228738 rows.
export const schema = z.object({
  flight: z.number().int(),
  date: z.date(),
  delay: z.number().int(),
  distance: z.number().int(),
  origin: z.string().nullable(),
});
