import { Store } from '../../src/store/store.ts';
import { anIntent, NOW, request } from './an-intent.ts';

// A process of its own: takes the store of the path in its arguments, arms one charge, says so, and stays.
const [, , path = ''] = process.argv;
const random = { uniform: () => 0.5, hex: () => 'f00d' };
const store = Store.openForKeeper(path, { random, repeatMs: () => 1, clean: (text) => text });
await store.begin(0, NOW);
await store.journal.arm(request(anIntent()));
process.stdout.write('held\n');
setTimeout(() => store.close(), 60_000);
