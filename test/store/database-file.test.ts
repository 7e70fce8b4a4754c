import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../src/store/open-database.ts';
import { Store } from '../../src/store/store.ts';
import { aPath, aStore, closeLater, OPTIONS } from './a-store.ts';
import { anIntent, NOW, ONE, request } from './an-intent.ts';

const HOLDER = fileURLToPath(new URL('./holds-a-store.ts', import.meta.url));

/** Another process that holds the store of that path, once it says so. */
async function anotherKeeper(path: string) {
  const child = spawn(process.execPath, [HOLDER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('held\n');
  return child;
}

function fault(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}

/** Every way to open it, for reading too. */
function openings(path: string): readonly (() => Store)[] {
  return [
    () => Store.openForKeeper(path, OPTIONS),
    () => Store.openForCommand(path, { ...OPTIONS, create: false }),
    () => Store.openCopy(path, OPTIONS),
  ];
}

/** As a backup is put back, or an editor saves. */
function replaceByCopy(path: string): void {
  copyFileSync(path, `${path}.new`);
  renameSync(`${path}.new`, path);
}

test('only its owner can read the database, its log and its lock', async () => {
  const path = aPath();
  const store = await aStore(path);
  await store.journal.arm(request(anIntent()));
  for (const end of ['', '-wal', '.lock']) expect(statSync(path + end).mode & 0o777).toBe(0o600);
});

test('a database that others could read is closed to them when it is opened', async () => {
  const path = aPath();
  (await aStore(path)).close();
  chmodSync(path, 0o644);
  await aStore(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('the database is in WAL mode and syncs every commit in full', () => {
  const connection = openDatabase(aPath(), { create: true });
  const read = (pragma: string) => Object.values(connection.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
  expect([read('journal_mode'), read('synchronous'), read('foreign_keys')]).toEqual(['wal', 2, 1]);
  connection.close();
});

test('a database of a newer purser is refused with what to do, and left as it is', async () => {
  const path = aPath();
  (await aStore(path)).close();
  const raw = new DatabaseSync(path);
  raw.exec('PRAGMA user_version = 999; PRAGMA wal_checkpoint(TRUNCATE)');
  raw.close();
  const before = readFileSync(path);
  for (const open of openings(path)) {
    expect(fault(open)).toMatchObject({
      code: 'store_newer',
      mend: expect.stringContaining('newer version'),
    });
  }
  expect(readFileSync(path).equals(before)).toBe(true);
});

test.each([0, 1, 7])(
  'the database of another program is refused, and left as it is (version %i)',
  (version) => {
    const path = aPath();
    const raw = new DatabaseSync(path);
    raw.exec(`CREATE TABLE customers (id INTEGER); PRAGMA user_version = ${version}`);
    raw.close();
    chmodSync(path, 0o640);
    const before = readFileSync(path);
    for (const open of openings(path)) {
      expect(fault(open)).toMatchObject({
        code: 'store_foreign',
        message: expect.stringContaining('it has the table customers'),
      });
    }
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  },
);

test('a database that was put there readable by everyone leaves nothing of it readable', async () => {
  const path = aPath();
  const made = await aStore(path);
  made.close();
  chmodSync(path, 0o644);
  const store = await aStore(path);
  await store.journal.remember(ONE, { identity: 'somebody' });
  expect([path, `${path}-wal`, `${path}-shm`].map((file) => statSync(file).mode & 0o777)).toEqual([
    0o600, 0o600, 0o600,
  ]);
});

test('one that is damaged is refused, and readable by its owner only all the same', async () => {
  const path = aPath();
  const made = await aStore(path);
  made.close();
  const bytes = readFileSync(path);
  bytes.fill(0xff, 100, 108); // the header of the page that names the tables
  writeFileSync(path, bytes);
  chmodSync(path, 0o644);
  expect(fault(() => Store.openForKeeper(path, OPTIONS))).toMatchObject({ code: 'store_unusable', mend: expect.stringContaining('It is damaged') });
  expect(statSync(path).mode & 0o777).toBe(0o600);
}); // biome-ignore format: one check a line

test('a file that is no database, and a folder that cannot be written, are said to be that', () => {
  const path = aPath();
  writeFileSync(path, 'not a database, but long enough to be taken for a header of one '.repeat(20));
  chmodSync(path, 0o640);
  for (const open of openings(path)) {
    expect(fault(open)).toMatchObject({
      code: 'store_unusable',
      mend: expect.stringContaining('put a backup in its place'),
    });
  }
  expect(statSync(path).mode & 0o777).toBe(0o640);
  const blocked = join(dirname(path), 'file');
  writeFileSync(blocked, '');
  expect(fault(() => Store.openForKeeper(join(blocked, 'purser.db'), OPTIONS))).toMatchObject({
    code: 'store_unusable',
    mend: expect.stringContaining('writable'),
  });
});

test('a command that only looks says that there is no database yet, and makes none', () => {
  const path = aPath();
  const open = () => Store.openForCommand(path, { ...OPTIONS, create: false });
  expect(fault(open)).toMatchObject({ code: 'store_missing' });
  expect(fault(() => statSync(path))).toMatchObject({ code: 'ENOENT' });
});

test('a folder that is not there yet is made', async () => {
  const path = join(dirname(aPath()), 'data', 'deep', 'purser.db');
  await aStore(path);
  expect(statSync(path).isFile()).toBe(true);
});

test('a folder that can never be made is a fault, and no wait for ever', () => {
  const opening = [HOLDER, '/proc/not-there/purser.db'];
  const { status, stderr } = spawnSync(process.execPath, opening, { timeout: 8_000, killSignal: 'SIGKILL' });
  expect({ status, stderr: String(stderr) }).toEqual({
    status: 1,
    stderr: expect.stringContaining("code: 'store_unusable'"),
  });
}, 10_000);

test('a second keeper on the same file is refused, and takes nothing from the first', async () => {
  const path = aPath();
  const first = await aStore(path);
  expect(fault(() => Store.openForKeeper(path, OPTIONS))).toMatchObject({
    code: 'store_in_use',
    mend: expect.stringContaining('Stop it first'),
  });
  expect(await first.journal.arm(request(anIntent()))).toEqual({ kind: 'armed' });
  first.close();
  await aStore(path);
});

test('a second process is refused, until kill -9 of the first frees the lock', async () => {
  const path = aPath();
  const child = await anotherKeeper(path);
  expect(fault(() => Store.openForKeeper(path, OPTIONS))).toMatchObject({ code: 'store_in_use' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const store = await aStore(path);
  expect(await store.journal.openIntents(ONE)).toHaveLength(1);
});

test('a command that asks whether a keeper runs turns none away that starts just then', async () => {
  const path = aPath();
  const asks = `const lock = new (require('node:sqlite').DatabaseSync)(process.argv[1]);
    lock.exec('BEGIN EXCLUSIVE');
    console.log('held');
    setTimeout(() => lock.close(), 50);`;
  const child = spawn(process.execPath, ['-e', asks, `${path}.lock`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await aStore(path);
});

test('commands read and write beside a keeper of another process', async () => {
  const path = aPath();
  await anotherKeeper(path);
  const command = Store.openForCommand(path, { ...OPTIONS, create: false });
  closeLater(command);
  expect(await command.journal.openIntents(ONE)).toHaveLength(1);
  const hold = { account: ONE, kind: 'pause', reason: 'by hand', since: NOW, intent: null } as const;
  await command.journal.setHold(hold, []);
  expect(await command.journal.holds(ONE)).toMatchObject([{ kind: 'pause', reason: 'by hand' }]);
});

test('each keeper has a higher fence than the one before', async () => {
  const path = aPath();
  const first = await aStore(path);
  const before = first.fence;
  first.close();
  const second = await aStore(path);
  expect(second.fence).toBe(before + 1);
});

test('a keeper that was overtaken, as on a disk whose locks lie, writes nothing more', async () => {
  const path = aPath();
  const elder = await aStore(path);
  const raw = new DatabaseSync(path);
  raw.exec("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'fence'");
  raw.close();
  await expect(elder.journal.arm(request(anIntent()))).rejects.toMatchObject({ code: 'fence_lost' });
  expect(await elder.journal.allOpenIntents()).toEqual([]);
});

test.each<[string, (path: string) => void]>([
  ['deleted', (path) => rmSync(path)],
  ['moved away', (path) => renameSync(path, `${path}.old`)],
  ['replaced', replaceByCopy],
])('a keeper whose database was %s writes nothing more, and says so', async (_how, lose) => {
  const path = aPath();
  const store = await aStore(path);
  store.assertOurs();
  lose(path);
  await expect(store.journal.arm(request(anIntent()))).rejects.toMatchObject({
    code: 'store_gone',
    mend: expect.stringContaining('restart'),
  });
  expect(await store.journal.allOpenIntents()).toEqual([]);
  expect(fault(() => store.assertOurs())).toMatchObject({ code: 'store_gone' });
});

test('a keeper whose database was put back writes on', async () => {
  const path = aPath();
  const store = await aStore(path);
  renameSync(path, `${path}.old`);
  await expect(store.journal.arm(request(anIntent()))).rejects.toMatchObject({ code: 'store_gone' });
  renameSync(`${path}.old`, path);
  expect(await store.journal.arm(request(anIntent()))).toEqual({ kind: 'armed' });
});

test('beside a keeper whose database was deleted no command makes a new one', async () => {
  const path = aPath();
  await anotherKeeper(path);
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  for (const open of [
    () => Store.openForCommand(path, { ...OPTIONS, create: true }),
    () => Store.openForCommand(path, { ...OPTIONS, create: false }),
    () => Store.openForKeeper(path, OPTIONS),
  ])
    expect(fault(open)).toMatchObject({ code: 'store_gone' });
  expect(existsSync(path)).toBe(false);
});

test('a command that may make the database does so before any keeper ran', () => {
  const path = join(dirname(aPath()), 'deep', 'purser.db');
  closeLater(Store.openForCommand(path, { ...OPTIONS, create: true }));
  expect(existsSync(path)).toBe(true);
});

test('a copy never changes the file, whatever is written to it', async () => {
  const path = aPath();
  const store = await aStore(path);
  const intent = anIntent();
  await store.journal.arm(request(intent));
  const bytes = () => [readFileSync(path), readFileSync(`${path}-wal`)];
  const before = bytes();
  const copy = Store.openCopy(path, OPTIONS);
  closeLater(copy);
  expect(await copy.journal.openIntents(ONE)).toEqual([intent]);
  await copy.journal.remember(ONE, { identity: 'someone@example.com' });
  copy.close();
  expect(bytes().every((file, index) => file.equals(before[index] ?? file.subarray(1)))).toBe(true);
  expect((await store.journal.memory(ONE)).identity).toBeNull();
});

test('a copy of nothing is empty and makes no file', async () => {
  const path = join(dirname(aPath()), 'none', 'purser.db');
  mkdirSync(dirname(path));
  const copy = Store.openCopy(path, OPTIONS);
  closeLater(copy);
  expect(await copy.journal.allOpenIntents()).toEqual([]);
  expect(fault(() => statSync(path))).toMatchObject({ code: 'ENOENT' });
});
