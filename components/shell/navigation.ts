import {
  Activity,
  Car,
  ClipboardCheck,
  Gauge,
  type LucideIcon,
  Package,
  Radio,
  ScrollText,
  Settings,
  ShieldAlert,
} from 'lucide-react';
import { type Action, isPermitted, type Role } from '#lib/domain/permissions.ts';

export type NavItem = { href: string; label: string; icon: LucideIcon; action: Action; key: string };

export const NAVIGATION: NavItem[] = [
  { href: '/', label: 'Overview', icon: Gauge, action: 'campaign.read', key: 'o' },
  { href: '/fleet', label: 'Fleet', icon: Car, action: 'fleet.read', key: 'f' },
  { href: '/catalog', label: 'Catalog', icon: Package, action: 'catalog.read', key: 'c' },
  { href: '/campaigns', label: 'Campaigns', icon: Radio, action: 'campaign.read', key: 'm' },
  { href: '/approvals', label: 'Approvals', icon: ClipboardCheck, action: 'campaign.read', key: 'a' },
  { href: '/audit', label: 'Audit', icon: ScrollText, action: 'audit.read', key: 'u' },
  { href: '/quarantine', label: 'Quarantine', icon: ShieldAlert, action: 'quarantine.read', key: 'q' },
  { href: '/health', label: 'Health', icon: Activity, action: 'health.read', key: 'h' },
  { href: '/settings', label: 'Settings', icon: Settings, action: 'settings.read', key: 's' },
];

/** The pages that a role may open. */
export function navigationFor(role: Role): NavItem[] {
  return NAVIGATION.filter((item) => isPermitted(role, item.action));
}

/** Whether a path lies in an item's part of the console. */
export function isCurrent(item: NavItem, pathname: string): boolean {
  return item.href === '/'
    ? pathname === '/'
    : pathname === item.href || pathname.startsWith(`${item.href}/`);
}
