import type { Secret } from '../domain/secret.ts';
import type { CredentialsSpec, FleetSpec, ReceiverSpec } from '../domain/spec.ts';

/** Every secret of a spec, for the redactor. */
export function specSecrets(spec: FleetSpec): readonly Secret[] {
  const accounts = Array.from(spec.accounts.values(), ({ credentials }) => accountSecrets(credentials));
  const receivers = Array.from(spec.alerts.receivers.values(), receiverSecrets);
  const { heartbeat } = spec.alerts;
  const { apiToken } = spec.server;
  return [
    ...accounts.flat(),
    ...receivers.flat(),
    ...(heartbeat === null ? [] : [heartbeat.url]),
    ...(apiToken === null ? [] : [apiToken]),
  ];
}

function receiverSecrets(receiver: ReceiverSpec): readonly Secret[] {
  switch (receiver.kind) {
    case 'slack':
      return [receiver.webhookUrl];
    case 'slack_bot':
      return [receiver.token];
    case 'webhook':
      return [receiver.secret];
    case 'pagerduty':
      return [receiver.routingKey];
    case 'alertmanager':
      return receiver.token === null ? [] : [receiver.token];
  }
}

function accountSecrets(credentials: CredentialsSpec): readonly Secret[] {
  switch (credentials.kind) {
    case 'token':
      return [credentials.token];
    case 'password':
      return [credentials.password];
    case 'sandbox':
      return [];
  }
}
