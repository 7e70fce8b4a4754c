import type { ConfigDisk } from './config-disk.ts';
import type { Problems } from './config-problem.ts';
import type { Environment } from './interpolate.ts';

/** What every step of one load works with. */
export type Loading = {
  readonly problems: Problems;
  readonly env: Environment;
  readonly disk: ConfigDisk;
  /** Folder of the config; relative paths in it start there. */
  readonly folder: string;
};
