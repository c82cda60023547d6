import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { announcementTopic, modelLevel, parseTopic, TopicNames, vehicleTopic } from './topics.ts';

const names = TopicNames.parse({});
const vin = 'WVWZZZ1JZXW000001';

describe('topics', () => {
  it.each(TopicNames.keyof().options)('of one vehicle (%s) are read back', (kind) => {
    expect(parseTopic(names, vehicleTopic(names, kind, vin))).toEqual({ kind, vin });
  });

  it('of announcements carry any model name in one level', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (model) => {
        expect(modelLevel(model)).not.toMatch(/[/+#\0]/);
        const expected = { kind: 'announcement', model: model.toWellFormed() };
        expect(parseTopic(names, announcementTopic(names, model))).toEqual(expected);
      }),
    );
    expect(announcementTopic(names)).toBe('OTA_Update');
    expect(announcementTopic(names, 'Cumulus Van')).toBe('OTA_Update/model/Cumulus%20Van');
  });

  it.each(['', '/', 'ECU_Details/', 'Other/WVWZZZ1JZXW000001', 'OTA_Update/model/%', '$SYS/x'])(
    '%j is unknown',
    (topic) => {
      expect(parseTopic(names, topic)).toEqual({ kind: 'unknown' });
    },
  );

  it('may have several levels and other names', () => {
    const own = TopicNames.parse({ ecuDetails: 'maker/v1/ECU_Details' });
    expect(parseTopic(own, `maker/v1/ECU_Details/${vin}`)).toEqual({ kind: 'ecuDetails', vin });
    expect(TopicNames.safeParse({ ecuDetails: 'a/#' }).success).toBe(false);
    expect(TopicNames.safeParse({ ecuDetails: '/a' }).success).toBe(false);
  });
});
