import { z } from 'zod';

export const Role = z.enum(['viewer', 'operator', 'approver', 'admin']);
export type Role = z.infer<typeof Role>;

/** Who may do what: the one table that every service checks. */
export const PERMISSIONS = {
  'fleet.read': ['viewer', 'operator', 'approver', 'admin'],
  'vehicle.register': ['operator', 'admin'],
  'vehicle.edit': ['operator', 'admin'],
  'vehicle.retire': ['operator', 'admin'],
  'vehicle.credential': ['operator', 'admin'],
  'vehicle.confirm_tcu': ['operator', 'admin'],
  'vehicle.confirm_ecu': ['operator', 'admin'],
  'vehicle.unblock': ['operator', 'admin'],
  'vehicle.erase': ['admin'],
  'catalog.read': ['viewer', 'operator', 'approver', 'admin'],
  'catalog.write': ['operator', 'admin'],
  'catalog.release': ['operator', 'admin'],
  'catalog.withdraw': ['operator', 'approver', 'admin'],
  'campaign.read': ['viewer', 'operator', 'approver', 'admin'],
  'campaign.write': ['operator', 'admin'],
  'campaign.start': ['operator', 'admin'],
  'campaign.pause': ['operator', 'approver', 'admin'],
  'campaign.resume': ['operator', 'admin'],
  'campaign.abort': ['operator', 'admin'],
  'campaign.approve': ['approver', 'admin'],
  'campaign.acknowledge_failures': ['operator', 'admin'],
  'offers.stop': ['operator', 'approver', 'admin'],
  'offers.allow': ['admin'],
  'quarantine.read': ['viewer', 'operator', 'approver', 'admin'],
  'quarantine.replay': ['operator', 'admin'],
  'view.save': ['viewer', 'operator', 'approver', 'admin'],
  'audit.read': ['viewer', 'operator', 'approver', 'admin'],
  'health.read': ['viewer', 'operator', 'approver', 'admin'],
  'settings.read': ['admin'],
  'settings.write': ['admin'],
  'operator.manage': ['admin'],
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof PERMISSIONS;

/** Tells whether a role may carry out an action. */
export function isPermitted(role: Role, action: Action): boolean {
  return (PERMISSIONS[action] as readonly Role[]).includes(role);
}
