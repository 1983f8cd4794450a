import { because, quorum } from '../app/approval-words';
import type { components, paths } from '../generated/operator-api';

/** What the contract calls these (openapi.yaml); generated at build. */
export type Schema = components['schemas'];

/** A refusal by the server (RFC 9457), or no answer at all: status 0. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly kind: string,
    readonly members: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

type Method = 'get' | 'post' | 'put' | 'delete';
type PathsOf<M extends Method> = { [P in keyof paths]: paths[P] extends { [K in M]: { responses: unknown } } ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends { [K in M]: infer O } ? O : never;
type Answer<O> = O extends { responses: { '2XX': { content: infer C } } } ? (C extends { 'application/json': infer T } ? T : string) : void;
type Variables<O> = O extends { parameters: { path: infer V } } ? V : never;
type Questions<O> = O extends { parameters: { query?: infer Q } } ? Partial<Q> : never;

interface Asked<O> {
  path?: Variables<O>;
  query?: Questions<O>;
  signal?: AbortSignal;
}
interface Ordered<O> extends Asked<O> {
  body?: unknown;
  /** The body's media type; JSON without it. */
  type?: string;
}

/** The server takes changes from pages that set this alone. */
export const MARK = { 'thingward-console': '1' };

const BASE = '/api/v1';

export function get<P extends PathsOf<'get'>>(path: P, asked: Asked<Operation<P, 'get'>> = {}): Promise<Answer<Operation<P, 'get'>>> {
  return send('GET', address(path, asked), { signal: asked.signal }) as Promise<Answer<Operation<P, 'get'>>>;
}
export function post<P extends PathsOf<'post'>>(path: P, asked: Ordered<Operation<P, 'post'>> = {}): Promise<Answer<Operation<P, 'post'>>> {
  return send('POST', address(path, asked), asked) as Promise<Answer<Operation<P, 'post'>>>;
}
export function put<P extends PathsOf<'put'>>(path: P, asked: Ordered<Operation<P, 'put'>> = {}): Promise<Answer<Operation<P, 'put'>>> {
  return send('PUT', address(path, asked), asked) as Promise<Answer<Operation<P, 'put'>>>;
}
export function remove<P extends PathsOf<'delete'>>(path: P, asked: Asked<Operation<P, 'delete'>> = {}): Promise<void> {
  return send('DELETE', address(path, asked), asked) as Promise<void>;
}

/** Where an operation of the API is, with its variables and its query filled in. */
export function address(path: string, asked: { path?: unknown; query?: unknown } = {}): string {
  const variables = (asked.path ?? {}) as Record<string, string>;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(variables[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((asked.query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  return BASE + filled + (query.size > 0 ? `?${query}` : '');
}

let whenStranger: () => void = () => {};

/** Has this called when the server no longer knows who asks. */
export function onStranger(listener: () => void): void {
  whenStranger = listener;
}

let verify: (() => Promise<void>) | undefined;

/** Has this run when a change takes a fresh proof of who asks; the change is sent once more then. */
export function onVerify(run: () => Promise<void>): void {
  verify = run;
}

interface Sent {
  body?: unknown;
  type?: string;
  signal?: AbortSignal | undefined;
  headers?: Record<string, string>;
}

/** Sends, and returns the answer whose body is still to be read. */
export async function open(method: string, url: string, sent: Sent = {}): Promise<Response> {
  try {
    return await once(method, url, sent);
  } catch (e) {
    if (!verify || (e as Refusal).kind !== 'verify-first') throw e;
    await verify();
    return once(method, url, sent);
  }
}

async function once(method: string, url: string, sent: Sent): Promise<Response> {
  const headers: Record<string, string> = { ...MARK, ...sent.headers };
  const options: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
  if (sent.signal) options.signal = sent.signal;
  if (sent.body !== undefined) {
    headers['content-type'] = sent.type ?? 'application/json';
    options.body = sent.type ? (sent.body as BodyInit) : JSON.stringify(sent.body);
  }
  let answer: Response;
  try {
    answer = await fetch(url, options);
  } catch (e) {
    if (sent.signal?.aborted) throw e;
    throw new Refusal('The server does not answer. Check that it runs, then try again.', 0, 'no-answer');
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

export async function send(method: string, url: string, sent: Sent = {}): Promise<unknown> {
  const answer = await open(method, url, sent);
  const text = await answer.text();
  if (answer.status === 202) throw awaited(JSON.parse(text) as Schema['Approval']);
  return answer.headers.get('content-type')?.startsWith('application/json') && text !== '' ? JSON.parse(text) : text;
}

/** What was asked is not done: others must agree first, and then it is carried out from the page of approvals. */
function awaited(approval: Schema['Approval']): Refusal {
  const who = approval.quorums.map(quorum).join('; and ');
  return new Refusal(`It ${because(approval.because)}. Who must agree: ${who}, and not you. Then you carry it out.`, 202, 'awaited', { approval: approval.approval });
}

async function refusal(answer: Response): Promise<Refusal> {
  let tree: Record<string, unknown> = {};
  try {
    tree = JSON.parse(await answer.text()) as Record<string, unknown>;
  } catch {
    // Not of the server itself; the status has to do.
  }
  const { detail, type, status: _, ...members } = tree;
  if (answer.status === 401 && !answer.url.includes('/access/')) whenStranger();
  return new Refusal(
    typeof detail === 'string' ? detail : `The server answered ${answer.status}.`,
    answer.status,
    typeof type === 'string' ? type.replace('urn:thingward:problem:', '') : '',
    members,
  );
}

/** The answer, or something else where the reader's roles do not reach so far. */
export async function ifPermitted<T, U>(answer: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await answer;
  } catch (e) {
    if (e instanceof Refusal && e.status === 403) return otherwise;
    throw e;
  }
}

/** What to tell of an error, whoever made it. */
export function told(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  return `This page has a defect: ${error instanceof Error ? error.message : String(error)}`;
}
