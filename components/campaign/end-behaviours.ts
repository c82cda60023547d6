import type { EndBehaviour } from '#lib/domain/campaign-definition.ts';

/** What happens to vehicles under way when a campaign ends or is aborted. */
export const END_BEHAVIOURS: Record<EndBehaviour, string> = {
  stop_offering: 'Stop offering; vehicles under way go on',
  cancel_not_begun: 'Cancel what has not begun',
  cancel_all: 'Cancel all, unless installation has begun',
};
