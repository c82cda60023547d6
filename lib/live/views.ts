import type { AnyView } from './channel.ts';
import type { Plain } from './plain.ts';
import { alertsView } from './views/alerts.ts';
import { approvalView } from './views/approval.ts';
import { approvalsView } from './views/approvals.ts';
import { auditView } from './views/audit.ts';
import { campaignClustersView } from './views/campaign-clusters.ts';
import { campaignCourseView } from './views/campaign-course.ts';
import { campaignDraftView } from './views/campaign-draft.ts';
import { campaignFacetsView } from './views/campaign-facets.ts';
import { campaignListView } from './views/campaign-list.ts';
import { campaignMonitorView } from './views/campaign-monitor.ts';
import { campaignPaceView } from './views/campaign-pace.ts';
import { campaignRowsView } from './views/campaign-rows.ts';
import { campaignStreamView } from './views/campaign-stream.ts';
import { catalogView } from './views/catalog.ts';
import { ecuTypeView } from './views/ecu-type.ts';
import { fleetFacetsView } from './views/fleet-facets.ts';
import { fleetRowsView } from './views/fleet-rows.ts';
import { healthView } from './views/health.ts';
import { jobsView } from './views/jobs.ts';
import { offersStopView } from './views/offers-stop.ts';
import { operatorsView } from './views/operators.ts';
import { overviewView } from './views/overview.ts';
import { quarantineView } from './views/quarantine.ts';
import { releaseView } from './views/release.ts';
import { releaseListView } from './views/release-list.ts';
import { settingsView } from './views/settings.ts';
import { vehicleView } from './views/vehicle.ts';
import { versionCourseView } from './views/version-course.ts';

/** Every view that a page may open; a new one is added here and nowhere else. */
export const LIVE_VIEWS = {
  alerts: alertsView,
  jobs: jobsView,
  'offers-stop': offersStopView,
  operators: operatorsView,
  settings: settingsView,
  audit: auditView,
  'campaign-clusters': campaignClustersView,
  'campaign-course': campaignCourseView,
  'campaign-monitor': campaignMonitorView,
  'campaign-pace': campaignPaceView,
  'campaign-rows': campaignRowsView,
  'campaign-stream': campaignStreamView,
  'fleet-facets': fleetFacetsView,
  'fleet-rows': fleetRowsView,
  approval: approvalView,
  approvals: approvalsView,
  'campaign-draft': campaignDraftView,
  'campaign-facets': campaignFacetsView,
  'campaign-list': campaignListView,
  catalog: catalogView,
  'ecu-type': ecuTypeView,
  health: healthView,
  quarantine: quarantineView,
  release: releaseView,
  'release-list': releaseListView,
  overview: overviewView,
  vehicle: vehicleView,
  'version-course': versionCourseView,
} as const;

export type LiveViews = typeof LIVE_VIEWS;
export type ViewName = keyof LiveViews;
export type ViewParams<Name extends ViewName> = Parameters<LiveViews[Name]['load']>[1];
/** What a view gives, as JSON brings it to the page. */
export type ViewValue<Name extends ViewName> = Plain<Awaited<ReturnType<LiveViews[Name]['load']>>>;

/** The view of that name, if there is one. */
export function findView(name: string): AnyView | undefined {
  return Object.values<AnyView>(LIVE_VIEWS).find((view) => view.name === name);
}
