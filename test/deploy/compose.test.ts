import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const serviceSchema = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  profiles: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  user: z.string().optional(),
  ports: z.array(z.string()),
  volumes: z.array(z.string()),
  secrets: z.array(z.string()).optional(),
  extra_hosts: z.array(z.string()).optional(),
  healthcheck: z.strictObject({
    test: z.array(z.string()),
    interval: z.string(),
    timeout: z.string(),
    start_period: z.string(),
    retries: z.number(),
  }),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).optional(),
  read_only: z.boolean(),
  tmpfs: z.array(z.string()),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  stop_grace_period: z.string().optional(),
  restart: z.string(),
});
const composeSchema = z.strictObject({
  services: z.record(z.string(), serviceSchema),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  volumes: z.record(z.string(), z.null()),
});

const { services, secrets, volumes } = composeSchema.parse(parse(readFileSync('docker-compose.yml', 'utf8')));
const all = Object.entries(services);

/** Host and container path of a mount; a named volume has no host path. */
function mounts(
  name: string,
): readonly { readonly from: string; readonly to: string; readonly mode: string }[] {
  return (services[name]?.volumes ?? []).map((mount) => {
    const [from = '', to = '', mode = 'rw'] = mount.split(':');
    return { from, to, mode };
  });
}

test('purser starts by itself; the profile "monitoring" adds three servers', () => {
  const inProfile = (profile?: string) =>
    all.flatMap(([name, { profiles }]) =>
      profiles === undefined || (profile !== undefined && profiles.includes(profile)) ? [name] : [],
    );
  expect(inProfile()).toEqual(['purser']);
  expect(inProfile('monitoring')).toEqual(['purser', 'prometheus', 'alertmanager', 'grafana']);
});

test.each(all)(
  '%s is read-only, without rights, not root, and reached from this machine only',
  (name, service) => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    if (name === 'purser') expect(readFileSync('Dockerfile', 'utf8')).toMatch(/^USER 1000:1000$/m);
    else expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    expect(service.healthcheck.test[0]).toBe('CMD');
    if (service.build === undefined) expect(service.image).toMatch(/:v?\d+\.\d+\.\d+$/);
  },
);

test.each(all)('all that %s mounts is there, and what is of this repository cannot be written', (name) => {
  for (const { from, to, mode } of mounts(name)) {
    expect(posix.isAbsolute(to)).toBe(true);
    if (!from.startsWith('.')) {
      expect(Object.keys(volumes)).toContain(from);
      continue;
    }
    expect(existsSync(from), from).toBe(true);
    expect(mode).toBe('ro');
  }
});

test('the files that programs are told of are mounted', () => {
  const told = [
    ['prometheus', '/etc/prometheus/prometheus.yml'],
    ['prometheus', '/etc/prometheus/purser.rules.yaml'],
    ['prometheus', '/etc/prometheus/consoles'],
    ['alertmanager', '/etc/alertmanager/alertmanager.yml'],
    ['grafana', '/etc/grafana/dashboards'],
  ] as const;
  for (const [name, path] of told) {
    expect(mounts(name).map(({ to }) => to)).toContain(path);
    const isNamed = (text: string) => text.includes(path) || path.endsWith('purser.rules.yaml');
    const service = services[name];
    expect([...(service?.command ?? []), ...Object.values(service?.environment ?? {})].some(isNamed)).toBe(
      true,
    );
  }
});

test('secrets come from files that git does not take', () => {
  const used = all.flatMap(([, { secrets: names }]) => names ?? []);
  expect(used.toSorted()).toEqual(Object.keys(secrets).toSorted());
  const ignored = readFileSync('.gitignore', 'utf8').split('\n');
  for (const { file } of Object.values(secrets)) {
    expect(ignored).toContain(`${posix.dirname(posix.normalize(file))}/`);
  }
  for (const [, { environment }] of all) {
    for (const [key, value] of Object.entries(environment ?? {}))
      if (/PASSWORD|SECRET|TOKEN/.test(key)) expect(value).toMatch(/^\/run\/secrets\//);
  }
});

test('what one server calls another by is the name and the port of that server', () => {
  const files = [
    'deploy/prometheus/prometheus.yml',
    'deploy/grafana/provisioning/datasources/purser.yaml',
  ].map((path) => readFileSync(path, 'utf8'));
  const called = files.flatMap((text) =>
    Array.from(
      text.matchAll(/(?:https?:\/\/|")(purser|prometheus|alertmanager):(\d+)/g),
      ([, name, port]) => ({
        name: String(name),
        port: String(port),
      }),
    ),
  );
  expect(called.length).toBe(4);
  for (const { name, port } of called) {
    expect(services[name]?.ports.some((published) => published.endsWith(`:${port}`))).toBe(true);
  }
});

test('the runbooks are read where prometheus.yml says that they are', () => {
  const base = /purser_runbooks: (\S+)/.exec(readFileSync('deploy/prometheus/prometheus.yml', 'utf8'))?.[1];
  const [published = ''] = services['prometheus']?.ports ?? [];
  const [host, port] = published.split(':');
  expect(base).toBe(`http://${host}:${port}/consoles`);
});
