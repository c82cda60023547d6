import type { ViewValue } from '#lib/live/views.ts';

export type Monitored = NonNullable<ViewValue<'campaign-monitor'>>;
export type MonitoredWave = Monitored['waves'][number];
export type Pace = ViewValue<'campaign-pace'>;
export type StreamEvent = ViewValue<'campaign-stream'>['events'][number];
export type Cluster = ViewValue<'campaign-clusters'>['clusters'][number];
export type LeftOut = ViewValue<'campaign-clusters'>['leftOut'][number];
export type Course = ViewValue<'campaign-course'>;

/** What the signed-in person may do on this page. */
export type Can = {
  write: boolean;
  start: boolean;
  pause: boolean;
  resume: boolean;
  abort: boolean;
  acknowledge: boolean;
  audit: boolean;
};
