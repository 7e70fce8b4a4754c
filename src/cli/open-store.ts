import type { FleetSpec } from '../domain/spec.ts';
import { Store } from '../store/store.ts';
import type { CliIo } from './cli-io.ts';

/** The store for a command that runs beside a keeper, or without one. */
export function openStore(io: CliIo, spec: FleetSpec, options: { readonly create: boolean }): Store {
  return Store.openForCommand(spec.store.path, {
    random: io.random,
    repeatMs: () => spec.alerts.repeatMs,
    clean: (text) => io.redactor.clean(text),
    ...options,
  });
}
