import { expect, test } from 'vitest';
import { sampleFacts } from '../../src/alerts/sample-facts.ts';
import { slackPayload } from '../../src/alerts/slack-message.ts';
import { INCIDENT_TYPES } from '../../src/domain/incident.ts';
import { SOME_INSTANT } from './some-message.ts';

const samples = sampleFacts(SOME_INSTANT);

test('there is a sample of every type', () => {
  expect(Object.keys(samples).toSorted()).toEqual([...INCIDENT_TYPES].toSorted());
});

test.each(INCIDENT_TYPES)(
  'the sample of %s is of that type, says it is a test, and fits a message',
  (type) => {
    const fact = samples[type];
    expect(fact.type).toBe(type);
    expect(fact.fingerprint.startsWith(`sample/${type}/`)).toBe(true);
    const message = { id: 'm', status: 'firing', fact, at: SOME_INSTANT, startedAt: SOME_INSTANT } as const;
    expect(slackPayload(message, null).text).toContain('[test] ');
  },
);
