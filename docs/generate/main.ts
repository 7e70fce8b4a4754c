import { writeFileSync } from 'node:fs';
import { referencePages } from './reference-pages.ts';

/** `npm run docs`: the reference, written anew. */
for (const [path, text] of await referencePages()) writeFileSync(path, text);
