import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TempHome } from '../../test/chaos/temp-home.ts';
import { freePort, ServerProcess } from './server-process.ts';

const CONFIG = fileURLToPath(new URL('../alertmanager/alertmanager.yml', import.meta.url));

/** The shipped config with another address and token file, and waits of seconds where it has minutes. */
export async function startAlertmanager(
  home: TempHome,
  hook: { readonly port: number; readonly token: string },
): Promise<ServerProcess> {
  const tokenFile = home.file('webhook-token');
  writeFileSync(tokenFile, hook.token, { mode: 0o600 });
  const text = readFileSync(CONFIG, 'utf8')
    .replaceAll('host.docker.internal:8080', `127.0.0.1:${hook.port}`)
    .replaceAll('/run/secrets/alertmanager_webhook_token', tokenFile)
    .replaceAll(/group_wait: \d+s/g, 'group_wait: 1s')
    .replaceAll('group_interval: 5m', 'group_interval: 3s');
  const path = home.file('alertmanager.yml');
  writeFileSync(path, text);
  return await ServerProcess.start('prometheus-alertmanager', {
    port: await freePort(),
    logPath: home.file('alertmanager.log'),
    args: [
      `--config.file=${path}`,
      `--storage.path=${home.file('alertmanager')}`,
      '--cluster.listen-address=',
    ],
  });
}
