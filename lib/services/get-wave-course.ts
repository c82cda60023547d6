import { z } from 'zod';
import { readWaveCourse, readWaveSize } from '#lib/db/queries/wave-course.ts';
import { ValidationError } from '#lib/errors.ts';
import { defineService } from './define-service.ts';

/** Up to here the events of a wave are taken out of the campaign's in about a second. */
const MOST_VEHICLES = 100_000;

/** The course of one wave, for its replay; a wave of too many vehicles is a `ValidationError`. */
export const getWaveCourse = defineService({
  action: 'campaign.read',
  input: z.object({ campaignId: z.string().min(1).max(64), wave: z.int().min(0).max(1_000) }),
  async run({ db: { pool } }, { campaignId, wave }) {
    const size = await readWaveSize(pool, campaignId, wave);
    if (size > MOST_VEHICLES) {
      throw new ValidationError(
        `This wave has ${size} vehicles; one of up to ${MOST_VEHICLES} is replayed by itself.`,
      );
    }
    return readWaveCourse(pool, campaignId, wave);
  },
});
