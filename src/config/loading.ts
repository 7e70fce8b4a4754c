import type { ConfigDisk } from './config-disk.ts';
import type { ConfigNode } from './config-node.ts';
import type { Problems } from './config-problem.ts';
import type { Environment } from './interpolate.ts';

/** What every step of one load works with. */
export type Loading = {
  readonly problems: Problems;
  readonly env: Environment;
  readonly disk: ConfigDisk;
  /** Folder of the config; relative paths in it start there. */
  readonly folder: string;
  /** By the node that names its file: a digest of each secret that was read, to tell another one by; never shown. */
  readonly secretMarks: Map<ConfigNode, string>;
};
