import type { ReceiptMessage, Rejected, ReportSlice, StatusMessage } from '../messages.ts';

/** One row of `ecus`. */
export type EcuRecord = {
  ecuId: string;
  type: string;
  hardwareVersion: string;
  softwareVersion: string;
  partNumber: string | null;
  serial: string | null;
  status: string;
  faults: string[];
  state: 'present' | 'missing';
  swappedAt: Date | null;
  changedAt: Date;
};

/** The stored state of one vehicle, as ingest reads and writes it. */
export type VehicleRecord = {
  vin: string;
  fingerprint: string | null;
  configurationKey: string | null;
  epoch: number;
  sequence: number;
  reportSequence: number;
  tcuSerial: string | null;
  tcuSoftwareVersion: string | null;
  tcuReplacedAt: Date | null;
  online: boolean;
  connectionId: string | null;
  presenceAt: Date | null;
  firstSeenAt: Date | null;
  lastSeenAt: Date | null;
  lastReportAt: Date | null;
  clockSkewMs: number | null;
  reportRequestedAt: Date | null;
  statusCount: number;
  /** Rises with every write of this vehicle's ECU rows. */
  ecuRevision: number;
  /** Serials of this vehicle's earlier TCUs. */
  formerSerials: string[];
  ecus: Map<string, EcuRecord>;
};

/** One row of `ecu_versions`. */
export type HistoryRow = {
  vin: string;
  ecuId: string;
  type: string;
  hardwareVersion: string;
  softwareVersion: string;
  serial: string | null;
  state: 'present' | 'missing';
  epoch: number;
  sequence: number;
  at: Date;
};

export type TimelineRow = {
  vin: string;
  at: Date;
  kind: string;
  campaignId?: string | undefined;
  attempt?: number | undefined;
  phase?: string | undefined;
  ecuId?: string | undefined;
  code?: string | undefined;
  detail?: string | undefined;
  epoch?: number | undefined;
  sequence?: number | undefined;
  data?: unknown;
};

/** What an `OTA_Status` left in the timeline; says whether a repeated sequence is the same message. */
export type StoredStatus = { campaignId: string; attempt: number; phase: string; ecuId: string | null };

/** What the vehicle shows now, for the assignments that wait for proof. */
export type Inventory = {
  vin: string;
  epoch: number;
  sequence: number;
  /** False where the report or heartbeat says that nothing changed. */
  changed: boolean;
  /** Whether a continuous campaign may take the vehicle as it is now; absent where nobody asked. */
  mayJoin?: boolean | undefined;
};

/** What to write of an ECU: a row that is not there yet, its software version alone, or all of it. */
export type EcuExtent = 'new' | 'version' | 'all';

/** What one vehicle's part of a batch leads to, beyond the record itself. */
export type VehicleChanges = {
  dirtyEcus: Map<string, EcuExtent>;
  history: HistoryRow[];
  timeline: TimelineRow[];
  openedEpochs: { epoch: number; serial: string; openedAt: Date }[];
  rejected: Rejected[];
  statuses: { message: StatusMessage; epoch: number }[];
  receipts: ReceiptMessage[];
  presence: ('wentOnline' | 'wentOffline')[];
  inventory: Inventory | undefined;
  /** Highest sequence of the batch's messages that this commit settles; what to acknowledge. */
  acknowledge: number;
  /** A full report is wanted; with `minSequence` the TCU is to continue its counter above it. */
  request: { minSequence?: number | undefined } | undefined;
  /** Under what the cache recognises the vehicle's current report. */
  slice: ReportSlice | undefined;
};

export function noChanges(): VehicleChanges {
  return {
    dirtyEcus: new Map(),
    history: [],
    timeline: [],
    openedEpochs: [],
    rejected: [],
    statuses: [],
    receipts: [],
    presence: [],
    inventory: undefined,
    acknowledge: 0,
    request: undefined,
    slice: undefined,
  };
}
