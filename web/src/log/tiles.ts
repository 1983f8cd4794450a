// A log in files (C2SP tlog-tiles), read over the operator API as any mirror would serve it.
import { address, open, Refusal } from '../api/client';
import { type Hash, nodeHash } from './merkle';

const FULL = 256;
const BITS = 8;
const LENGTH = 32;

/** The path of a tile or a bundle of entries: tile/0/x001/234.p/17. */
export function tilePath(row: string, index: number, width: number): string {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return `tile/${row}/${path}${width === FULL ? '' : `.p/${width}`}`;
}

export async function file(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await open('GET', `${address('/log')}/${path}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** A partial tile may be gone once the full one exists. */
async function atLeast(row: string, index: number, width: number): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await file(tilePath(row, index, width));
  } catch (e) {
    if (width === FULL || !(e instanceof Refusal) || e.status !== 404) throw e;
    return file(tilePath(row, index, FULL));
  }
}

/** The Merkle tree of a log at one size, read from its tiles as needed. What it gives is as true as the tiles. */
export class TiledTree {
  /** Which tiles were read, in order. */
  readonly read: string[] = [];
  #tiles = new Map<string, Promise<Hash[]>>();
  #nodes = new Map<string, Promise<Hash>>();

  constructor(readonly size: number) {}

  root(): Promise<Hash> {
    return this.#range(0, this.size);
  }

  /** The bytes of an entry as the log holds them: a leaf, which holds commitments alone. */
  async entry(index: number): Promise<Uint8Array> {
    const bundle = Math.floor(index / FULL);
    const bytes = await atLeast('entries', bundle, Math.min(FULL, this.size - bundle * FULL));
    this.read.push(tilePath('entries', bundle, Math.min(FULL, this.size - bundle * FULL)));
    let at = 0;
    for (let i = 0; i < index % FULL; i++) at += 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (at + 2 + length > bytes.length) throw new Error(`entry ${index} is missing from its bundle`);
    return bytes.slice(at + 2, at + 2 + length);
  }

  /** PATH(m, D[n]) of RFC 6962 §2.1.1. */
  async inclusion(index: number): Promise<Hash[]> {
    const path: Hash[] = [];
    let [start, end] = [0, this.size];
    while (end - start > 1) {
      const middle = start + below(end - start);
      if (index < middle) {
        path.unshift(await this.#range(middle, end));
        end = middle;
      } else {
        path.unshift(await this.#range(start, middle));
        start = middle;
      }
    }
    return path;
  }

  /** PROOF(m, D[n]) of RFC 6962 §2.1.2. */
  async consistency(oldSize: number): Promise<Hash[]> {
    if (oldSize <= 0 || oldSize >= this.size) return [];
    const path: Hash[] = [];
    let [start, end, known] = [0, this.size, true];
    while (oldSize !== end) {
      const middle = start + below(end - start);
      if (oldSize <= middle) {
        path.unshift(await this.#range(middle, end));
        end = middle;
      } else {
        path.unshift(await this.#range(start, middle));
        start = middle;
        known = false;
      }
    }
    if (!known) path.unshift(await this.#range(start, end));
    return path;
  }

  async #range(start: number, end: number): Promise<Hash> {
    const length = end - start;
    const height = Math.round(Math.log2(length));
    if (2 ** height === length) return this.#full(height, start / length);
    const middle = start + below(length);
    return nodeHash(await this.#range(start, middle), await this.#range(middle, end));
  }

  /** The hash of the index-th full subtree of this height; computed once. */
  #full(height: number, index: number): Promise<Hash> {
    if (height % BITS === 0) return this.#tile(height / BITS, Math.floor(index / FULL)).then((tile) => tile[index % FULL] as Hash);
    const key = `${height}/${index}`;
    const known = this.#nodes.get(key) ?? Promise.all([this.#full(height - 1, 2 * index), this.#full(height - 1, 2 * index + 1)]).then(([left, right]) => nodeHash(left, right));
    this.#nodes.set(key, known);
    return known;
  }

  #tile(level: number, index: number): Promise<Hash[]> {
    const width = Math.min(FULL, Math.floor(this.size / 2 ** (BITS * level)) - index * FULL);
    const path = tilePath(String(level), index, width);
    const known = this.#tiles.get(path) ?? this.#fetch(level, index, width);
    this.#tiles.set(path, known);
    return known;
  }

  async #fetch(level: number, index: number, width: number): Promise<Hash[]> {
    const path = tilePath(String(level), index, width);
    this.read.push(path);
    const bytes = await atLeast(String(level), index, width);
    if (bytes.length < width * LENGTH) throw new Error(`${path} is cut short`);
    return Array.from({ length: width }, (_, i) => bytes.slice(i * LENGTH, (i + 1) * LENGTH));
  }
}

/** The largest power of two that is less than n. */
const below = (n: number): number => {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
};

