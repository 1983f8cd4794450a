// What this browser checks of the log, step by step. Each step says what it computed, and what follows from it.
import { brief, number } from '../app/words';
import { type Checkpoint, bytesOf, checkable, hex, parse, isMlDsa, parseKey, remember, seen, signedBy, signedByMlDsa, type VerifierKey } from './checkpoint';
import { continues, equal, includes, leafHash, sha256 } from './merkle';
import { file, TiledTree } from './tiles';

export interface Step {
  name: string;
  title: string;
  facts: [string, string][];
  so: string;
  holds: boolean;
  ms: number;
}

async function step(name: string, work: () => Promise<Omit<Step, 'name' | 'ms'>>): Promise<Step> {
  const began = performance.now();
  let outcome: Omit<Step, 'name' | 'ms'>;
  try {
    outcome = await work();
  } catch (e) {
    outcome = { title: 'This could not be checked', facts: [['why', e instanceof Error ? e.message : String(e)]], so: 'Nothing follows from it.', holds: false };
  }
  return { name, ms: performance.now() - began, ...outcome };
}

export interface Head {
  checkpoint: Checkpoint;
  key: VerifierKey | undefined;
  keys: VerifierKey[];
}

export async function head(): Promise<Head> {
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const [note, lines] = await Promise.all([file('checkpoint'), file('verifier-keys')]);
  const keys = await Promise.all(decode(lines).split('\n').filter(Boolean).map(parseKey));
  return { checkpoint: parse(decode(note)), key: keys.find(checkable), keys };
}

const signature = ({ checkpoint, key, keys }: Head): Promise<Step> =>
  step('Signature', async () => {
    const known = seen();
    const isOther = known !== undefined && known.key !== key?.text;
    const holds = key !== undefined && (await signedBy(checkpoint, key)) && !isOther;
    return {
      title: holds ? `The log signed the head of ${number(checkpoint.size)} entries` : isOther ? 'Another key than the one that this browser knows' : 'The signature does not fit',
      facts: [
        ['log', checkpoint.origin],
        ['key', key ? `${key.algorithm} ${key.keyId}, ${known ? (isOther ? `not ${known.key.split('+')[1]}` : 'the one this browser saw first') : 'first seen now'}` : 'none that browsers can check'],
        ...keys.filter((each) => each !== key && !isMlDsa(each)).map((each): [string, string] => ['not checked here', `${each.algorithm} ${each.keyId}; thingward verify checks it too`]),
      ],
      so: holds ? 'Whoever holds the log’s key stands for this head.' : 'Do not believe what this log says; ask whoever runs it whether its keys were changed.',
      holds,
    };
  });

/** The log's own signature that a quantum computer does not forge, if its key says that there is one. */
const postQuantum = ({ checkpoint, keys }: Head): Promise<Step>[] =>
  keys.filter(isMlDsa).map((key) =>
    step('Signature 2', async () => {
      const holds = await signedByMlDsa(checkpoint, key);
      return {
        title: holds ? 'Its second signature fits the same head' : 'The second signature does not fit',
        facts: [['key', `${key.algorithm} ${key.keyId}, by code of this page`]],
        so: holds ? 'Nor could a quantum computer have forged it.' : 'Do not believe what this log says; ask whoever runs it whether its keys were changed.',
        holds,
      };
    }),
  );

const continuation = ({ checkpoint }: Head, tree: TiledTree): Promise<Step> =>
  step('Continuation', async () => {
    const before = seen();
    if (!before) return { title: 'This browser sees the log for the first time', facts: [], so: 'From now on it notices if the log is shortened or forked.', holds: true };
    const path = before.size > checkpoint.size ? [] : await tree.consistency(before.size);
    const holds = await continues(before.size, checkpoint.size, bytesOf(before.root), checkpoint.root, path);
    return {
      title: holds ? `It continues the head of ${number(before.size)} that this browser saw` : `It does not continue the head of ${number(before.size)} that this browser saw`,
      facts: [
        ['seen', `${before.at.replace('T', ' ').slice(0, 19)} UTC, root ${brief(hex(bytesOf(before.root)))}`],
        ['proof', `${path.length} hashes, made here from the tiles (RFC 9162 §2.1.4)`],
      ],
      so: holds ? 'Nothing that was on record then was changed or taken away.' : 'The log was shortened or forked: keep both heads, they prove it.',
      holds,
    };
  });

const rootOf = ({ checkpoint }: Head, tree: TiledTree): Promise<Step> =>
  step('Tiles', async () => {
    const holds = equal(await tree.root(), checkpoint.root);
    return {
      title: holds ? 'The tiles at the tree’s edge give the root that was signed' : 'The tiles give another root than the one that was signed',
      facts: [['root', brief(hex(checkpoint.root))], ['tiles', `${tree.read.length} read`]],
      so: holds ? 'The top of the tree is what was signed. An entry is checked down to its leaf when it is opened.' : 'Tiles were changed after the head was signed.',
      holds,
    };
  });

/** Checks the newest head, with each of the log's signatures or the first alone, and remembers it if all holds. */
export async function checkHead(told: (step: Step) => void, whole = false): Promise<Head> {
  const found = await head();
  const tree = new TiledTree(found.checkpoint.size);
  const steps: Step[] = [];
  const take = (done: Step) => {
    steps.push(done);
    told(done);
  };
  take(await signature(found));
  if (whole) (await Promise.all(postQuantum(found))).forEach(take);
  take(await rootOf(found, tree));
  take(await continuation(found, tree));
  if (found.key && steps.every((each) => each.holds) && found.checkpoint.size >= (seen()?.size ?? 0)) remember(found.checkpoint, found.key);
  return found;
}

/** One entry of a proof, as the server gives it. */
export interface BundledEntry {
  index: number;
  type: string;
  time: string;
  leaf: string;
  opening?: { content: string; key: string; previous: string };
  inclusion: string[];
}
export interface Bundle {
  about: number;
  checkpoint: string;
  keys: string[];
  entries: BundledEntry[];
}

/** The commitment of a leaf: HMAC-SHA256 under the entry's key, over a label and what it commits to. */
async function commitment(key: string, label: string, message: Uint8Array): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey('raw', bytesOf(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const begun = new TextEncoder().encode(label);
  const all = new Uint8Array(begun.length + message.length);
  all.set(begun);
  all.set(message, begun.length);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, all));
}

const inBundle = (entry: BundledEntry, checkpoint: Checkpoint): Promise<Step> =>
  step('Entry', async () => {
    const leaf = bytesOf(entry.leaf);
    const path = entry.inclusion.map(bytesOf);
    const holds = await includes(entry.index, checkpoint.size, await leafHash(leaf), path, checkpoint.root);
    return {
      title: holds ? `${path.length} hashes lead from #${number(entry.index)} to the root of ${number(checkpoint.size)}` : `#${number(entry.index)} does not lead to the root`,
      facts: [['leaf', `${leaf.length} bytes, hash ${brief(hex(await leafHash(leaf)))}`], ['root', brief(hex(checkpoint.root))]],
      so: holds ? 'The log that was signed contains it, at this place.' : 'The log does not contain what the server shows.',
      holds,
    };
  });

const opened = (entry: BundledEntry): Promise<Step> =>
  step('Content', async () => {
    if (!entry.opening) return { title: 'Its content was erased', facts: [], so: 'That it was there, and when, can still be shown; what it said cannot.', holds: true };
    const leaf = bytesOf(entry.leaf);
    const content = new TextEncoder().encode(entry.opening.content);
    const fits =
      equal(await commitment(entry.opening.key, 'thingward/content/v1\n', content), leaf.slice(10, 42)) &&
      equal(await commitment(entry.opening.key, 'thingward/link/v1\n', bytesOf(entry.opening.previous)), leaf.slice(42, 74));
    return {
      title: fits ? 'The leaf commits to exactly this content' : 'The leaf commits to another content',
      facts: [['content', `${number(content.length)} bytes, SHA-256 ${brief(hex(await sha256(content)))}`], ['before it', equal(bytesOf(entry.opening.previous), new Uint8Array(32)) ? 'nothing: it is the first of its subject' : `leaf ${brief(hex(bytesOf(entry.opening.previous)))} of the same subject`]],
      so: fits ? 'It was not written afterwards or changed.' : 'What the server shows is not what is on record.',
      holds: fits,
    };
  });

/** Checks the entry that a proof is about, and those it rests on, from the proof alone. */
export async function checkBundle(bundle: Bundle, told: (step: Step) => void): Promise<void> {
  const entry = bundle.entries.find((each) => each.index === bundle.about);
  if (!entry) throw new Error('the proof does not hold the entry that it is about');
  const checkpoint = parse(bundle.checkpoint);
  const keys = await Promise.all(bundle.keys.map(parseKey));
  told(await opened(entry));
  told(await inBundle(entry, checkpoint));
  told(
    await step('Rests on', async () => {
      const others = bundle.entries.filter((each) => each !== entry);
      const results = await Promise.all(others.map(async (each) => (await inBundle(each, checkpoint)).holds && (await opened(each)).holds));
      const holds = results.every(Boolean);
      return {
        title: others.length === 0 ? 'It rests on no other entry' : holds ? `${number(others.length)} more entries, each in the same log` : 'An entry that it rests on does not hold',
        facts: others.length === 0 ? [] : [['entries', others.map((each) => `#${number(each.index)} ${each.type}`).join(', ')]],
        so: holds ? 'What it was decided from is on record too. Whether it follows, thingward verify repeats.' : 'Do not believe this proof.',
        holds,
      };
    }),
  );
  const head = { checkpoint, keys, key: keys.find(checkable) };
  told(await signature(head));
  (await Promise.all(postQuantum(head))).forEach(told);
}

