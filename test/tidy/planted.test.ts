import { describe, expect, test } from 'vitest';
import { bannedWords } from './banned-words.ts';
import { casts } from './casts.ts';
import { emptyNames, longFiles, strayTests } from './files.ts';
import { globals } from './globals.ts';
import { importDirection } from './import-direction.ts';
import type { Rule } from './rules.ts';
import { parseSource, type Source } from './source.ts';
import { unreachedFiles } from './unreached.ts';

type Tree = Readonly<Record<string, string>>;

function plant(tree: Tree): readonly Source[] {
  return Object.entries(tree).map(([path, text]) => parseSource(path, text));
}

/** Each row is one file with one line; a fault is what the rule says after the place, `null` where it is silent. */
type Row = readonly [path: string, line: string, fault: string | null];

function table(faults: Rule['faults'], rows: readonly Row[]): void {
  test.each(rows)('%s: %s', (path, line, fault) => {
    expect(faults(plant({ [path]: line }))).toEqual(fault === null ? [] : [`${path}:1 ${fault}`]);
  });
}

describe('imports', () => {
  table(importDirection, [
    ['src/contract/a.ts', "import '../domain/money.ts';", 'contract may not import src/domain/money.ts'],
    ['src/domain/a.ts', "import '../contract/limits.ts';", null],
    ['src/domain/a.ts', "import './money.ts';", null],
    ['src/domain/a.ts', "import '../charge/key.ts';", 'domain may not import src/charge/key.ts'],
    ['src/domain/a.ts', "import { z } from 'zod';", 'is pure and imports zod'],
    ['src/charge/a.ts', "import fs from 'node:fs';", 'is pure and imports node:fs'],
    ['src/policy/a.ts', "import '../charge/key.ts';", 'policy may not import src/charge/key.ts'],
    ['src/charge/a.ts', "import '../policy/caps.ts';", 'charge may not import src/policy/caps.ts'],
    ['src/config/a.ts', "import '../alerts/slack.ts';", 'config may not import src/alerts/slack.ts'],
    ['src/config/a.ts', "import { z } from 'zod';", null],
    ['src/modelslab/a.ts', "import '../policy/caps.ts';", 'modelslab may not import src/policy/caps.ts'],
    ['src/telemetry/a.ts', "import '../keeper/view.ts';", 'telemetry may not import src/keeper/view.ts'],
    ['src/store/a.ts', "import '../charge/key.ts';", null],
    ['src/store/a.ts', "import type { X } from '../alerts/outbox.ts';", null],
    ['src/store/a.ts', "import { type X } from '../alerts/outbox.ts';", null],
    ['src/store/a.ts', "type X = import('../alerts/outbox.ts').X;", null],
    [
      'src/store/a.ts',
      "import { x } from '../alerts/outbox.ts';",
      'store may not import src/alerts/outbox.ts',
    ],
    ['src/store/a.ts', "import '../alerts/outbox.ts';", 'store may not import src/alerts/outbox.ts'],
    ['src/store/a.ts', "import type { X } from '../config/a.ts';", 'store may not import src/config/a.ts'],
    ['src/keeper/a.ts', "import '../store/sqlite.ts';", null],
    [
      'src/keeper/a.ts',
      "import type { X } from '../server/http.ts';",
      'keeper may not import src/server/http.ts',
    ],
    ['src/keeper/a.ts', "import '../sandbox/clock.ts';", 'keeper may not import src/sandbox/clock.ts'],
    ['src/server/a.ts', "import type { View } from '../keeper/view.ts';", null],
    ['src/server/a.ts', "import '../keeper/act.ts';", 'server may not import src/keeper/act.ts'],
    ['src/server/a.ts', "import '../store/sqlite.ts';", 'server may not import src/store/sqlite.ts'],
    ['src/sandbox/a.ts', "import './provider/apply.ts';", null],
    ['src/sandbox/a.ts', "import '../modelslab/http.ts';", 'sandbox may not import src/modelslab/http.ts'],
    ['src/sandbox/provider/a.ts', "import '../../contract/endpoints.ts';", null],
    [
      'src/sandbox/provider/a.ts',
      "import '../http.ts';",
      'sandbox/provider may not import src/sandbox/http.ts',
    ],
    ['src/sandbox/provider/a.ts', "import 'node:http';", 'is pure and imports node:http'],
    ['src/cli/commands/run.ts', "import '../../keeper/keeper.ts';", null],
    ['src/cli/a.ts', "import '../main.ts';", 'cli may not import src/main.ts'],
    ['src/cli/a.ts', "import '../../test/x.ts';", 'imports test/x.ts, outside src'],
    ['src/main.ts', "import './keeper/keeper.ts';", null],
    ['test/keeper/a.test.ts', "import '../../src/cli/a.ts';", null],
    ['src/domain/a.ts', "export * from '../keeper/act.ts';", 'domain may not import src/keeper/act.ts'],
    ['src/domain/a.ts', "export { x } from '../keeper/act.ts';", 'domain may not import src/keeper/act.ts'],
    [
      'src/domain/a.ts',
      "export const x = () => import('../keeper/act.ts');",
      'domain may not import src/keeper/act.ts',
    ],
    [
      'src/domain/a.ts',
      "export type X = import('../keeper/act.ts').X;",
      'domain may not import src/keeper/act.ts',
    ],
    [
      'src/store/a.ts',
      'export const x = (p: string) => import(p);',
      'imports a computed path, which nobody can check',
    ],
    ['src/domain/a.ts', "// import '../keeper/act.ts';", null],
    ['src/domain/a.ts', `export const text = "import '../keeper/act.ts';";`, null],
  ]);

  test('a folder that is in no row of the house is a fault', () => {
    expect(importDirection(plant({ 'src/misc/a.ts': '' }))).toEqual([
      'src/misc/a.ts is in no row of the house',
    ]);
  });
});

describe('globals', () => {
  table(globals, [
    ['src/keeper/a.ts', 'process.exit(1);', 'uses process.exit'],
    ['src/cli/a.ts', 'process.exit(1);', 'uses process.exit'],
    ['src/cli/a.ts', "process['exit'](1);", 'uses process.exit'],
    ['src/cli/a.ts', "import { exit } from 'node:process';", 'uses process.exit'],
    ['src/main.ts', 'process.exit(1);', null],
    ['src/main.ts', "process.env['HOME'];", null],
    ['src/cli/commands/run.ts', 'process.env;', null],
    ['src/config/a.ts', "process.env['HOME'];", 'uses process.env'],
    ['src/config/a.ts', "import { env as e } from 'process';", 'uses process.env'],
    ['src/keeper/a.ts', 'setInterval(tick, 1);', 'uses setInterval'],
    ['src/main.ts', 'globalThis.setInterval(tick, 1);', 'uses setInterval'],
    ['src/keeper/a.ts', "import { setInterval as every } from 'node:timers/promises';", 'uses setInterval'],
    ['src/keeper/a.ts', 'const x = Math.random() + Date.now();', null],
    ['src/domain/a.ts', 'Math.random();', 'uses Math.random in pure code'],
    ['src/domain/time.ts', 'Date.now();', 'uses Date.now in pure code'],
    ['src/domain/time.ts', 'new Date();', 'uses new Date() in pure code'],
    ['src/domain/time.ts', 'new Date(1);', null],
    ['src/charge/a.ts', 'const x = async () => 1;', 'uses async in pure code'],
    ['src/charge/a.ts', 'async function x() {}', 'uses async in pure code'],
    ['src/charge/a.ts', 'interface Port { x(): Promise<void> }', null],
    ['src/sandbox/provider/a.ts', 'class A { async x() {} }', 'uses async in pure code'],
    ['test/keeper/a.test.ts', 'process.env;', null],
  ]);
});

describe('banned words', () => {
  const later = `${'TO'}${'DO'}`;
  table(bannedWords, [
    ['src/keeper/a.ts', `// ${later} later`, `says ${later}`],
    ['bench/main.ts', '/* FIXME */', 'says FIXME'],
    ['test/keeper/a.test.ts', '// XXX', 'says XXX'],
    ['src/keeper/a.ts', '/** a HACK */', 'says HACK'],
    ['src/keeper/a.ts', '// @ts-ignore', 'says @ts-ignore'],
    ['src/keeper/a.ts', '// @ts-nocheck', 'says @ts-nocheck'],
    ['src/keeper/a.ts', 'const x = 1 as any;', 'says any'],
    ['src/keeper/a.ts', "const x = 'as any';", null],
    ['src/keeper/a.ts', '// any of them', null],
    ['test/keeper/a.test.ts', "test.skip('x', run);", 'calls .skip('],
    ['test/keeper/a.test.ts', "describe.only('x', run);", 'calls .only('],
    ['test/keeper/a.test.ts', "test('skip', run);", null],
  ]);
});

describe('casts', () => {
  const why = 'has `as` and no reason beside it';
  table(casts, [
    ['src/keeper/a.ts', 'const x = y as Z;', why],
    ['src/keeper/a.ts', 'const x = y as Z; // parsed on the line above', null],
    ['src/keeper/a.ts', 'const x = { y: y as Y } as Z; // parsed', null],
    ['src/keeper/a.ts', 'const x = [1] as const;', null],
    ['src/keeper/a.ts', 'const x = { a: 1 } satisfies Z;', null],
    ['src/keeper/a.ts', 'const x = y!;', 'has `!` and no reason beside it'],
    ['src/keeper/a.ts', 'const x = <Z>y;', 'has `<T>` and no reason beside it'],
    ['test/keeper/a.test.ts', 'const x = y as Z;', null],
  ]);

  test('a comment on the line above is a reason, one further up is not', () => {
    expect(casts(plant({ 'src/keeper/a.ts': '// checked by parse\nconst x = y as Z;\n' }))).toEqual([]);
    expect(casts(plant({ 'src/keeper/a.ts': '// checked\n\nconst x = y as Z;\n' }))).toEqual([
      `src/keeper/a.ts:3 ${why}`,
    ]);
    expect(casts(plant({ 'src/keeper/a.ts': 'const x = {\n  y: y as Y,\n} as Z; // parsed\n' }))).toEqual([]);
  });
});

describe('reach', () => {
  test('a file that only a test imports is not reached', () => {
    const tree = {
      'src/main.ts': "import './cli/a.ts';",
      'src/cli/a.ts': "export const run = () => import('./b.ts');",
      'src/cli/b.ts': "export type { X } from './c.ts';",
      'src/cli/c.ts': "new URL('./worker.ts', import.meta.url);",
      'src/cli/worker.ts': '',
      'src/cli/orphan.ts': "import './a.ts';",
      'test/cli/orphan.test.ts': "import '../../src/cli/orphan.ts';",
    };
    expect(unreachedFiles(plant(tree))).toEqual(['src/cli/orphan.ts is not reached from src/main.ts']);
  });

  test('a tree that has no main.ts yet is left alone', () => {
    expect(unreachedFiles(plant({ 'src/domain/money.ts': '' }))).toEqual([]);
  });
});

describe('files', () => {
  const long = (count: number) => '\n'.repeat(count);

  test('the size limit is 400 lines', () => {
    expect(longFiles(plant({ 'src/keeper/a.ts': long(400) }), new Map())).toEqual([]);
    expect(longFiles(plant({ 'src/keeper/a.ts': long(401) }), new Map())).toEqual([
      'src/keeper/a.ts has 401 lines, the limit is 400',
    ]);
  });

  test('an exception lets a long file pass, and is a fault itself once it is not needed', () => {
    const exceptions = new Map([['src/keeper/a.ts', 'a table']]);
    expect(longFiles(plant({ 'src/keeper/a.ts': long(401) }), exceptions)).toEqual([]);
    expect(longFiles(plant({ 'src/keeper/a.ts': '' }), exceptions)).toEqual([
      'src/keeper/a.ts is excepted from the size limit and does not need it',
    ]);
  });

  test('names that say nothing are faults, also of tests', () => {
    const tree = {
      'src/a/utils.ts': '',
      'src/a/index.ts': '',
      'test/a/types.test.ts': '',
      'src/a/ids.ts': '',
    };
    expect(emptyNames(plant(tree))).toEqual([
      'src/a/utils.ts has a name that says nothing',
      'src/a/index.ts has a name that says nothing',
      'test/a/types.test.ts has a name that says nothing',
    ]);
  });

  test('a test lives where its folder of src does', () => {
    const tree = {
      'src/cli/commands/run.ts': '',
      'test/cli/commands/run.test.ts': '',
      'test/cli/other/run.test.ts': '',
      'test/tidy/tidy.test.ts': '',
      'test/stray.ts': '',
    };
    expect(strayTests(plant(tree))).toEqual(['test/cli/other/run.test.ts mirrors no folder of src']);
  });
});

test('text that is not TypeScript is an error, not a pass', () => {
  expect(() => parseSource('src/keeper/a.ts', 'const = ;')).toThrow('src/keeper/a.ts');
});
