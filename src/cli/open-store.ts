import { Store } from '../store/store.ts';
import type { CliIo } from './cli-io.ts';

/** The store for a command that runs beside a keeper, or without one. */
export function openStore(
  io: CliIo,
  {
    store,
    alerts,
  }: { readonly store: { readonly path: string }; readonly alerts: { readonly repeatMs: number } },
  options: { readonly create: boolean },
): Store {
  return Store.openForCommand(store.path, {
    random: io.random,
    repeatMs: () => alerts.repeatMs,
    clean: (text) => io.redactor.clean(text),
    ...options,
  });
}
