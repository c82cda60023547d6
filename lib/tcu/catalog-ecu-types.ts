/** An ECU type of the simulated maker: how its versions look and which there have been, oldest first. */
export type CatalogEcuType = {
  name: string;
  scheme: 'semver' | 'dotted' | 'lineage';
  hardwareVersions: readonly string[];
  /** The last one is the newest release; few vehicles have it yet. */
  versions: readonly string[];
};

const type = (
  name: string,
  scheme: CatalogEcuType['scheme'],
  hardwareVersions: readonly string[],
  versions: readonly string[],
): CatalogEcuType => ({ name, scheme, hardwareVersions, versions });

/** Twenty ECU types in all three version schemes; the texts look as real ECUs answer. */
export const ecuTypes: readonly CatalogEcuType[] = [
  type('TCU', 'semver', ['TCU-4G-02', 'TCU-5G-01'], ['4.0.3', '4.1.0', '4.1.2', '4.2.0']),
  type('GATEWAY', 'dotted', ['CGW 1.1', 'CGW 2.0'], ['01.09', '01.12', '01.12.3', '01.13']),
  type('IVI', 'semver', ['IVI-H3', 'IVI-H4'], ['2.8.0', '2.9.1', '2.10.0', '2.10.2', '2.11.0']),
  type('CLUSTER', 'semver', ['IC-12.3'], ['1.9.4', '1.10.0', '1.10.2', '1.11.0']),
  type(
    'BMS',
    'lineage',
    ['BMS-96S', 'BMS-108S'],
    ['39990-TLA-A020', '39990-TLA-A030', '39990-TLA-A040', '39990-TLA-B010'],
  ),
  type(
    'MDPS',
    'lineage',
    ['MDPS-C'],
    ['IG  MDPS C 1.00 1.01 56310G8500', 'IG  MDPS C 1.00 1.02 56310G8510', 'IG  MDPS C 1.00 1.04 56310G8520'],
  ),
  type('ESC', 'lineage', ['ESC-9'], ['F152607090', 'F152607100', 'F152607110', 'F15260712A']),
  type('ADAS-CAM', 'lineage', ['CAM-MONO-2', 'CAM-STEREO-1'], ['68416742AA', '68416742AB', '68416742AC']),
  type('RADAR', 'dotted', ['MRR-77'], ['2.3.1.0', '2.3.4.0', '2.4.0.1', '2.4.1.0']),
  type('VCU', 'dotted', ['VCU-A', 'VCU-B'], ['3.4.1.0', '3.4.2.0', '3.5.0.0', '3.5.0.2']),
  type('OBC', 'dotted', ['OBC-11kW', 'OBC-22kW'], ['0.91', '1.00', '1.02', '1.10']),
  type('BCM', 'lineage', ['BCM-C1'], ['8A0 907 063 B  0408', '8A0 907 063 B  0412', '8A0 907 063 C  0415']),
  type('HVAC', 'dotted', ['HVAC-2Z', 'HVAC-4Z'], ['12.04', '12.06', '12.07']),
  type('AIRBAG', 'lineage', ['SRS-8'], ['95910-P2200', '95910-P2250', '95910-P2300']),
  type('TPMS', 'dotted', ['TPMS-433'], ['1.4', '1.5', '1.6']),
  type('PARK', 'semver', ['PDC-12'], ['3.0.1', '3.1.0', '3.2.0-rc.1', '3.2.0']),
  type('LIGHT', 'lineage', ['LED-MATRIX'], ['7L6.998.101', '7L6.998.101.A', '7L6.998.101.C']),
  type('AMP', 'semver', ['AMP-600'], ['0.9.12', '1.0.0', '1.0.1']),
  type('HUD', 'semver', ['HUD-AR', 'HUD-STD'], ['5.2.0', '5.3.0', '5.3.1']),
  type('SEAT', 'lineage', ['SEAT-MEM'], ['SW_SEAT_20A', 'SW_SEAT_20C', 'SW_SEAT_21A']),
];

export type ModelLine = {
  model: string;
  /** Third to eighth place of the VIN: the line's descriptor. */
  descriptor: string;
  firstYear: number;
  /** ECU types by name; a vehicle has the first `fewest` and some of the rest. */
  ecus: readonly string[];
  fewest: number;
};

const all = ecuTypes.map(({ name }) => name);

/** The simulated maker's model lines, from a van with 5 ECUs to a flagship with 20. */
export const modelLines: readonly ModelLine[] = [
  { model: 'Aurora', descriptor: 'AU1E5', firstYear: 2021, ecus: all.slice(0, 16), fewest: 12 },
  { model: 'Borealis', descriptor: 'BR2X7', firstYear: 2022, ecus: all, fewest: 17 },
  {
    model: 'Cumulus Van',
    descriptor: 'CV3L2',
    firstYear: 2020,
    ecus: ['TCU', 'BCM', 'ESC', 'VCU', 'BMS', 'TPMS', 'HVAC', 'AIRBAG'],
    fewest: 5,
  },
  { model: 'Delta', descriptor: 'DE4P9', firstYear: 2021, ecus: all.slice(0, 14), fewest: 9 },
  { model: 'Ember GT', descriptor: 'EM5S1', firstYear: 2023, ecus: all.slice(0, 18), fewest: 14 },
];

/** Regions with the time zones of their vehicles. */
export const regions: readonly { region: string; timeZones: readonly string[] }[] = [
  { region: 'DE', timeZones: ['Europe/Berlin'] },
  { region: 'FR', timeZones: ['Europe/Paris'] },
  { region: 'GB', timeZones: ['Europe/London'] },
  { region: 'NO', timeZones: ['Europe/Oslo'] },
  {
    region: 'US',
    timeZones: ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'],
  },
  { region: 'JP', timeZones: ['Asia/Tokyo'] },
  { region: 'IN', timeZones: ['Asia/Kolkata'] },
  { region: 'AU', timeZones: ['Australia/Sydney', 'Australia/Adelaide', 'Australia/Perth'] },
];
