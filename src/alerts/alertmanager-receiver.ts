import type { IncidentState } from '../domain/incident.ts';
import type { Secret } from '../domain/secret.ts';
import type { EpochMs } from '../domain/time.ts';
import { type AlertmanagerAlert, alertmanagerAlert, asMessage } from './alertmanager-alert.ts';
import { guardUnless, HttpSender } from './http-sender.ts';
import type { DeliveryOutcome, Receiver } from './receiver.ts';

/** Alerts in one request; 500 of them are some 500 KB. */
const ALERTS_MAX = 500;

/** Posts to Alertmanager's own API v2, as Prometheus does. */
export function openAlertmanagerReceiver(options: {
  url: string;
  token: Secret | null;
  allowPrivate: boolean;
  runbooks: () => string;
  timeoutMs: number;
}): Receiver {
  const { url, token, allowPrivate, runbooks, timeoutMs } = options;
  const sender = new HttpSender({ url: new URL(url), guard: guardUnless(allowPrivate), timeoutMs });
  const headers: Readonly<Record<string, string>> =
    token === null ? {} : { authorization: `Bearer ${token.reveal()}` };
  const post = async (alerts: readonly AlertmanagerAlert[], now: EpochMs): Promise<DeliveryOutcome> => {
    const request = { path: '/api/v2/alerts', body: JSON.stringify(alerts), headers };
    return (await sender.exchange(request, now)).outcome;
  };
  return {
    integration: 'alertmanager',
    deliver: (message, now) => post([alertmanagerAlert(message, { runbooks: runbooks(), now })], now),
    refresh: async (open: readonly IncidentState[], now) => {
      for (let from = 0; from < open.length; from += ALERTS_MAX) {
        const alerts = open
          .slice(from, from + ALERTS_MAX)
          .map((state) => alertmanagerAlert(asMessage(state), { runbooks: runbooks(), now }));
        const outcome = await post(alerts, now);
        if (outcome.kind !== 'delivered') return outcome;
      }
      return { kind: 'delivered' };
    },
    close: () => sender.close(),
  };
}
