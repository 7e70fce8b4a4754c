import type { Secret } from '../domain/secret.ts';
import type { CredentialsSpec, FleetSpec } from '../domain/spec.ts';

/** Every secret of a spec, for the redactor. */
export function specSecrets(spec: FleetSpec): readonly Secret[] {
  const accounts = Array.from(spec.accounts.values(), ({ credentials }) => accountSecrets(credentials));
  const receivers = Array.from(spec.alerts.receivers.values(), (receiver) =>
    receiver.kind === 'slack' ? receiver.webhookUrl : receiver.secret,
  );
  const { apiToken } = spec.server;
  return [...accounts.flat(), ...receivers, ...(apiToken === null ? [] : [apiToken])];
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
