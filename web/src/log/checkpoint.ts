// A signed head of a log (C2SP tlog-checkpoint, signed-note).
import { sha256, type Hash } from './merkle';

export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
export const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const ED25519 = 0x01;
const COSIGNATURE = 0x04;
const ML_DSA_44 = 0x06;
const ALGORITHMS: Record<number, string> = { [ED25519]: 'Ed25519', [COSIGNATURE]: 'Ed25519 cosignature', [ML_DSA_44]: 'ML-DSA-44' };

export interface Signature {
  name: string;
  keyId: string;
  bytes: Uint8Array<ArrayBuffer>;
}
export interface Checkpoint {
  origin: string;
  size: number;
  root: Hash;
  /** What is signed. */
  text: string;
  signatures: Signature[];
  /** All of it, as it came. */
  note: string;
}

/** Reads a note; throws saying what is wrong. */
export function parse(note: string): Checkpoint {
  const border = note.indexOf('\n\n');
  const [origin, size, root] = note.split('\n', 3);
  if (border < 0 || !origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? '')) throw new Error('this is no checkpoint');
  const signatures = note
    .slice(border + 2)
    .split('\n')
    .filter((line) => line.startsWith('— '))
    .map((line) => {
      const [name = '', signed = ''] = line.slice(2).split(' ', 2);
      const both = bytesOf(signed);
      return { name, keyId: hex(both.slice(0, 4)), bytes: both.slice(4) };
    });
  return { origin, size: Number(size), root: bytesOf(root ?? ''), text: note.slice(0, border + 1), signatures, note };
}

export interface VerifierKey {
  name: string;
  keyId: string;
  type: number;
  algorithm: string;
  raw: Uint8Array<ArrayBuffer>;
  text: string;
}

/** Reads NAME+ID+BASE64; throws if the id does not fit the key. */
export async function parseKey(text: string): Promise<VerifierKey> {
  const [, name = '', keyId = '', typed = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim()) ?? [];
  const bytes = bytesOf(typed);
  const id = hex((await sha256(new TextEncoder().encode(`${name}\n`), bytes)).slice(0, 4));
  if (id !== keyId) throw new Error(`the id of the key ${name} does not fit the key`);
  const type = bytes[0] ?? 0;
  return { name, keyId, type, algorithm: ALGORITHMS[type] ?? `type ${type}`, raw: bytes.slice(1), text: text.trim() };
}

/** Whether browsers can check signatures of this key. */
export const checkable = (key: VerifierKey): boolean => key.type === ED25519;

/** Whether this key signed the head: Ed25519 (RFC 8032) over the note's text. */
export async function signedBy(checkpoint: Checkpoint, key: VerifierKey): Promise<boolean> {
  const lines = checkpoint.signatures.filter((line) => line.name === key.name && line.keyId === key.keyId);
  if (lines.length === 0 || !checkable(key)) return false;
  const imported = await crypto.subtle.importKey('raw', key.raw, 'Ed25519', false, ['verify']);
  const text = new TextEncoder().encode(checkpoint.text);
  const results = await Promise.all(lines.map((line) => crypto.subtle.verify('Ed25519', imported, line.bytes, text)));
  return results.every(Boolean);
}

export const isMlDsa = (key: VerifierKey): boolean => key.type === ML_DSA_44;

/** What ML-DSA-44 signs at a time, as 8 bytes: cosigned_message of C2SP tlog-cosignature. */
function cosignedMessage(checkpoint: Checkpoint, signer: string, time: Uint8Array): Uint8Array {
  const text = (words: string) => new TextEncoder().encode(words);
  const [name, origin] = [text(signer), text(checkpoint.origin)];
  const size = new Uint8Array(16);
  new DataView(size.buffer).setBigUint64(8, BigInt(checkpoint.size));
  const parts = [text('subtree/v1\n\0'), [name.length], name, time, [origin.length], origin, size, checkpoint.root];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const TIME = 8;

/** Whether this key signed the head: ML-DSA-44 (FIPS 204), which browsers do not have; its code is fetched when it is needed. */
export async function signedByMlDsa(checkpoint: Checkpoint, key: VerifierKey): Promise<boolean> {
  const lines = checkpoint.signatures.filter((line) => line.name === key.name && line.keyId === key.keyId);
  const { ml_dsa44 } = await import('@noble/post-quantum/ml-dsa.js');
  return lines.length > 0 && lines.every(({ bytes }) => ml_dsa44.verify(bytes.slice(TIME), cosignedMessage(checkpoint, key.name, bytes.slice(0, TIME)), key.raw));
}

/** A head that this browser saw before: what the log must continue. */
export interface Seen {
  origin: string;
  key: string;
  size: number;
  root: string;
  at: string;
}
const KEY = 'log-seen';

export function seen(): Seen | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Seen | null;
    return kept && typeof kept.size === 'number' && typeof kept.root === 'string' ? kept : undefined;
  } catch {
    return undefined;
  }
}

export function remember(checkpoint: Checkpoint, key: VerifierKey): void {
  const head: Seen = { origin: checkpoint.origin, key: key.text, size: checkpoint.size, root: base64(checkpoint.root), at: new Date().toISOString() };
  localStorage.setItem(KEY, JSON.stringify(head));
}

export function forget(): void {
  localStorage.removeItem(KEY);
}

