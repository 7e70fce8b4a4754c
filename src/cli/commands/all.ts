import { adopt } from './adopt.ts';
import { check } from './check.ts';
import type { CommandFile } from './command.ts';
import { demo } from './demo.ts';
import { explain } from './explain.ts';
import { healthcheck } from './healthcheck.ts';
import { notify } from './notify.ts';
import { once } from './once.ts';
import { pause } from './pause.ts';
import { plan } from './plan.ts';
import { resolve } from './resolve.ts';
import { resume } from './resume.ts';
import { run } from './run.ts';
import { sandbox } from './sandbox.ts';
import { schema } from './schema.ts';
import { status } from './status.ts';

/** In the order in which `purser --help` lists them. */
export const COMMANDS: readonly CommandFile[] = [
  run,
  check,
  plan,
  once,
  status,
  explain,
  pause,
  resume,
  resolve,
  adopt,
  notify,
  schema,
  sandbox,
  demo,
  healthcheck,
];
