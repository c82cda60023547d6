import type { TargetCondition } from '#lib/domain/target-filter.ts';

export type FieldName =
  | 'vin'
  | 'model'
  | 'modelYear'
  | 'region'
  | 'timeZone'
  | 'tag'
  | 'online'
  | 'lastSeen'
  | 'ecu'
  | 'campaign'
  | 'skilledPersonOnly';

export const FIELD_LABELS: Record<FieldName, string> = {
  vin: 'VIN',
  model: 'Model',
  modelYear: 'Model year',
  region: 'Region',
  timeZone: 'Time zone',
  tag: 'Tag',
  online: 'Presence',
  lastSeen: 'Last seen',
  ecu: 'ECU',
  campaign: 'Campaign outcome',
  skilledPersonOnly: 'Skilled person',
};

export function fieldOf(condition: TargetCondition): FieldName {
  return condition.kind === 'text' ? condition.field : condition.kind;
}

/** A condition on a field to begin with; its values may still be changed. */
export function freshCondition(field: FieldName): TargetCondition {
  switch (field) {
    case 'modelYear':
      return { kind: 'modelYear', operator: '>=', value: 2024 };
    case 'online':
      return { kind: 'online', value: true };
    case 'lastSeen':
      return { kind: 'lastSeen', operator: 'within', minutes: 1440 };
    case 'ecu':
      return { kind: 'ecu', ecuType: 'TCU' };
    case 'campaign':
      return { kind: 'campaign', campaignId: 'campaign', outcome: 'any' };
    case 'skilledPersonOnly':
      return { kind: 'skilledPersonOnly', value: true };
    default:
      return { kind: 'text', field, operator: '=', values: [''] };
  }
}
