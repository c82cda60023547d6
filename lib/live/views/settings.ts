import { z } from 'zod';
import { readSettings } from '#lib/services/settings.ts';
import { defineView } from '../view.ts';

/** All settings, those never changed with their default. */
export const settingsView = defineView({
  name: 'settings',
  params: z.object({}),
  action: 'settings.read',
  affectedBy: (hint) => hint.subjects.includes('setting'),
  load: ({ db }) => readSettings(db.prisma),
});
