import type { ReleaseDefinition } from '#lib/domain/release.ts';

type Texts = { description: string; what: string; minutes: number; unavailable: string };

/** What the ECUs of the simulated maker are, and what an owner is told of an update. */
const texts: Record<string, Texts> = {
  TCU: {
    description: 'Telematics control unit',
    what: 'Steadier mobile connection.',
    minutes: 6,
    unavailable: 'Remote services',
  },
  GATEWAY: {
    description: 'Central gateway',
    what: 'Security of the vehicle network.',
    minutes: 12,
    unavailable: 'The vehicle cannot be driven.',
  },
  IVI: {
    description: 'Infotainment',
    what: 'New maps and faster voice control.',
    minutes: 25,
    unavailable: 'Display, radio and navigation',
  },
  CLUSTER: {
    description: 'Instrument cluster',
    what: 'Clearer range display.',
    minutes: 8,
    unavailable: 'The vehicle cannot be driven.',
  },
  BMS: {
    description: 'Battery management',
    what: 'Charges faster in the cold.',
    minutes: 15,
    unavailable: 'Charging',
  },
  MDPS: {
    description: 'Electric power steering',
    what: 'Smoother steering at low speed.',
    minutes: 10,
    unavailable: 'The vehicle cannot be driven.',
  },
  ESC: {
    description: 'Stability control',
    what: 'Shorter braking on gravel.',
    minutes: 10,
    unavailable: 'The vehicle cannot be driven.',
  },
  'ADAS-CAM': {
    description: 'Front camera',
    what: 'Recognises more traffic signs.',
    minutes: 18,
    unavailable: 'Lane assistance',
  },
  RADAR: {
    description: 'Front radar',
    what: 'Fewer false warnings in tunnels.',
    minutes: 9,
    unavailable: 'Adaptive cruise control',
  },
  VCU: {
    description: 'Vehicle control unit',
    what: 'More range in city traffic.',
    minutes: 12,
    unavailable: 'The vehicle cannot be driven.',
  },
  OBC: {
    description: 'On-board charger',
    what: 'Works with more wall boxes.',
    minutes: 7,
    unavailable: 'AC charging',
  },
  BCM: {
    description: 'Body control module',
    what: 'Comfort locking at low battery.',
    minutes: 6,
    unavailable: 'Central locking',
  },
  HVAC: {
    description: 'Climate control',
    what: 'Preconditions more quietly.',
    minutes: 5,
    unavailable: 'Climate control',
  },
  AIRBAG: {
    description: 'Airbag control',
    what: 'Occupant detection.',
    minutes: 8,
    unavailable: 'The vehicle cannot be driven.',
  },
  TPMS: {
    description: 'Tyre pressure monitor',
    what: 'Finds new sensors sooner.',
    minutes: 3,
    unavailable: 'Tyre pressure display',
  },
  PARK: {
    description: 'Parking assistance',
    what: 'Parks in narrower spaces.',
    minutes: 7,
    unavailable: 'Parking assistance',
  },
  LIGHT: {
    description: 'Matrix light',
    what: 'Dazzles less in bends.',
    minutes: 4,
    unavailable: 'High beam',
  },
  AMP: { description: 'Audio amplifier', what: 'Better sound of calls.', minutes: 4, unavailable: 'Audio' },
  HUD: {
    description: 'Head-up display',
    what: 'Readable with polarised glasses.',
    minutes: 5,
    unavailable: 'Head-up display',
  },
  SEAT: {
    description: 'Seat memory',
    what: 'Remembers per key.',
    minutes: 3,
    unavailable: 'Seat adjustment',
  },
};
const german = 'Während des Updates bleibt das Fahrzeug geparkt.';

/** What an ECU type is, in a few words. */
export function descriptionOf(name: string): string {
  return texts[name]?.description ?? '';
}

/** Notes, user information and preconditions of a release. */
export function releaseTextsOf(
  name: string,
  version: string,
): Pick<ReleaseDefinition, 'notes' | 'userInformation' | 'preconditions' | 'skilledPersonOnly'> {
  const { description, what, minutes, unavailable } = texts[name] ?? {
    description: name,
    what: 'Improvements.',
    minutes: 5,
    unavailable: '',
  };
  return {
    notes: `${description} ${version}: ${what}`,
    userInformation: {
      en: { what, howLongMinutes: minutes, unavailable },
      de: { what: `${german} (${what})`, howLongMinutes: minutes, unavailable },
    },
    preconditions: { parked: true, minimumBatteryPercent: minutes > 10 ? 40 : 20, ignition: 'any' },
    skilledPersonOnly: name === 'AIRBAG',
  };
}

/** What the newest release of an ECU type needs of other ECUs. */
export function dependenciesOf(name: string): ReleaseDefinition['dependencies'] {
  switch (name) {
    case 'VCU':
      return [{ ecuType: 'BMS', minimumVersion: '39990-TLA-A040', maySameCampaign: true }];
    case 'IVI':
      return [{ ecuType: 'GATEWAY', minimumVersion: '01.12', maySameCampaign: true }];
    case 'ADAS-CAM':
      return [{ ecuType: 'ESC', minimumVersion: 'F152607110', maySameCampaign: true }];
    default:
      return [];
  }
}
