// The tree of a log (RFC 6962 §2.1, RFC 9162 §2.1), by the browser's own SHA-256.

export type Hash = Uint8Array<ArrayBuffer>;

export async function sha256(...parts: Uint8Array[]): Promise<Hash> {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}

export const leafHash = (entry: Uint8Array): Promise<Hash> => sha256(Uint8Array.of(0), entry);
export const nodeHash = (left: Hash, right: Hash): Promise<Hash> => sha256(Uint8Array.of(1), left, right);

export const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/** How many zeros a number ends with, in binary; numbers up to 2^53. */
function trailingZeros(n: number): number {
  let zeros = 0;
  while (n > 0 && n % 2 === 0) {
    n /= 2;
    zeros++;
  }
  return zeros;
}
const shifted = (n: number, by: number) => Math.floor(n / 2 ** by);
const isPowerOfTwo = (n: number) => n > 0 && 2 ** Math.round(Math.log2(n)) === n;

/** Whether a tree of this size with this root holds, at this index, a leaf with this hash (RFC 9162 §2.1.3.2). */
export async function includes(index: number, size: number, leaf: Hash, path: readonly Hash[], root: Hash): Promise<boolean> {
  if (index < 0 || index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(sibling, hash);
      const skipped = trailingZeros(node);
      node = shifted(node, skipped);
      last = shifted(last, skipped);
    } else {
      hash = await nodeHash(hash, sibling);
    }
    node = shifted(node, 1);
    last = shifted(last, 1);
  }
  return last === 0 && equal(hash, root);
}

/** Whether the tree with the new root continues the one with the old root (RFC 9162 §2.1.4.2). */
export async function continues(oldSize: number, newSize: number, oldRoot: Hash, newRoot: Hash, path: readonly Hash[]): Promise<boolean> {
  if (oldSize > newSize) return false;
  if (oldSize === newSize) return path.length === 0 && equal(oldRoot, newRoot);
  if (oldSize === 0) return path.length === 0;
  const isFull = isPowerOfTwo(oldSize);
  const first = isFull ? oldRoot : path[0];
  if (!first) return false;
  const skipped = trailingZeros(oldSize);
  let node = shifted(oldSize - 1, skipped);
  let last = shifted(newSize - 1, skipped);
  let oldHash = first;
  let newHash = first;
  for (const hash of isFull ? path : path.slice(1)) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = await nodeHash(hash, oldHash);
      newHash = await nodeHash(hash, newHash);
      const even = trailingZeros(node);
      node = shifted(node, even);
      last = shifted(last, even);
    } else {
      newHash = await nodeHash(newHash, hash);
    }
    node = shifted(node, 1);
    last = shifted(last, 1);
  }
  return last === 0 && equal(oldHash, oldRoot) && equal(newHash, newRoot);
}
