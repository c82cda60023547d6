import { z } from 'zod';
import { systemContext } from '#lib/services/context.ts';
import { listOperators } from '#lib/services/list-operators.ts';
import { defineView } from '../view.ts';

/** Everyone who may sign in or once could. */
export const operatorsView = defineView({
  name: 'operators',
  params: z.object({}),
  action: 'operator.manage',
  affectedBy: (hint) => hint.subjects.includes('operator'),
  load: async ({ db, now }) => ({ operators: await listOperators(systemContext(db, 'live', now), {}) }),
});
