import { z } from 'zod';
import { readVersionCourse } from '#lib/db/queries/version-course.ts';
import { defineView } from '../view.ts';

const KEPT_DAYS = 92;

/** The versions of one ECU type over the past three months; the whole fleet, whatever a page filters by. */
export const versionCourseView = defineView({
  name: 'version-course',
  params: z.object({ ecuType: z.string().max(64) }),
  action: 'fleet.read',
  everyMs: 60_000,
  leastMs: 2_000,
  affectedBy: (hint) => hint.subjects.includes('vehicle') || hint.subjects.includes('catalog'),
  load: async ({ db, now }, { ecuType }) => ({
    ecuType,
    ...(await readVersionCourse(db.pool, ecuType, KEPT_DAYS, now())),
  }),
});
