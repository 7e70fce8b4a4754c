import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { load } from '../config/memory-disk.ts';

const manifestSchema = z.looseObject({ kind: z.string(), data: z.record(z.string(), z.string()).optional() });
const workloadSchema = z.object({
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      spec: z.object({
        containers: z.array(
          z.object({
            args: z.array(z.string()),
            volumeMounts: z.array(z.object({ mountPath: z.string() })),
            securityContext: z.object({ readOnlyRootFilesystem: z.boolean() }),
          }),
        ),
      }),
    }),
  }),
});

test('the Kubernetes manifest runs one purser, read-only, on a config that loads', () => {
  const manifests = parseAllDocuments(readFileSync('deploy/kubernetes/purser.yaml', 'utf8')).map((one) =>
    one.toJS(),
  );
  const byKind = new Map(manifests.map((one) => [manifestSchema.parse(one).kind, one]));
  expect([...byKind.keys()]).toEqual(['ConfigMap', 'Service', 'StatefulSet']);
  const config = manifestSchema.parse(byKind.get('ConfigMap')).data?.['purser.yaml'] ?? '';
  const files = Object.fromEntries(
    ['render-eu', 'render-us'].map((name) => [`tokens/${name}.token`, `7|a_token_of_${name}`]),
  );
  const loaded = load({ ...files, 'purser.yaml': config });
  expect(loaded.ok ? loaded.warnings : loaded.problems).toEqual([]);
  const { spec } = workloadSchema.parse(byKind.get('StatefulSet'));
  const [container] = spec.template.spec.containers;
  expect(spec.replicas).toBe(1);
  expect(container?.securityContext.readOnlyRootFilesystem).toBe(true);
  expect(container?.volumeMounts.map(({ mountPath }) => mountPath)).toContain('/data');
  expect(container?.args.at(-1)).toBe('/etc/purser/config/purser.yaml');
});

test('the unit of systemd starts and reloads the daemon, and gives it the time that a charge may take', () => {
  const unit = readFileSync('deploy/systemd/purser.service', 'utf8');
  expect(unit).toContain('node /opt/purser/src/main.ts run --config /etc/purser/purser.yaml\n');
  expect(unit).toContain('ExecReload=/bin/kill -HUP $MAINPID\n');
  expect(Number(/TimeoutStopSec=(\d+)s/.exec(unit)?.[1])).toBeGreaterThan(30);
});
