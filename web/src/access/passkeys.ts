// The ceremonies (WebAuthn). Nothing here decides anything: the server checks each of them, and demands user verification.
import { post, Refusal, type Schema, send } from '../api/client';
import type { Assignment } from './roles';

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
const text = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

interface Listed {
  id: string;
  type: 'public-key';
}
/** What the server wants made or signed: as WebAuthn has it, with base64url where that has bytes. */
interface AskedOf {
  challenge: string;
  user?: { id: string; name: string; displayName: string };
  allowCredentials?: Listed[];
  excludeCredentials?: Listed[];
}

const credentials = (list: Listed[] | undefined) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

/** Runs one ceremony of the browser and says in words why it ended. */
async function ceremony(run: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!window.PublicKeyCredential) {
    throw refused('This browser has no passkeys, or does not trust this page’s certificate. Use another browser, or trust keys/operator-server.pem of the server’s data directory.');
  }
  try {
    return (await run()) as PublicKeyCredential;
  } catch (e) {
    const { name, message } = e as Error;
    if (message.includes('TLS certificate')) {
      throw refused('The browser does not trust this server’s certificate, and gives no passkeys to such pages. Trust keys/operator-server.pem of the server’s data directory, then reload.');
    }
    if (name === 'NotAllowedError') {
      throw refused('Nothing was signed: it was cancelled, took too long, or your authenticator could not verify you. Try again, and use its PIN, fingerprint or face.');
    }
    if (name === 'InvalidStateError') {
      throw refused('This authenticator holds a passkey of this console already.');
    }
    throw refused(`The browser refused: ${message}`);
  }
}

const refused = (message: string) => new Refusal(message, 0, 'ceremony');

/** Has a passkey sign the challenge, and returns the answer as the server takes it. */
export async function sign(asked: unknown): Promise<object> {
  const of = asked as AskedOf;
  const publicKey = { ...of, challenge: bytes(of.challenge), allowCredentials: credentials(of.allowCredentials) };
  const signed = await ceremony(() => navigator.credentials.get({ publicKey: publicKey as PublicKeyCredentialRequestOptions }));
  const response = signed.response as AuthenticatorAssertionResponse;
  return {
    challenge: of.challenge,
    id: text(signed.rawId),
    response: {
      authenticatorData: text(response.authenticatorData),
      clientDataJSON: text(response.clientDataJSON),
      signature: text(response.signature),
      userHandle: text(response.userHandle ?? new ArrayBuffer(0)),
    },
  };
}

/** Has an authenticator make a passkey, and returns the answer as the server takes it. */
export async function make(asked: unknown): Promise<object> {
  const of = asked as AskedOf;
  const publicKey = {
    ...of,
    challenge: bytes(of.challenge),
    user: { ...of.user, id: bytes(of.user?.id ?? '') },
    excludeCredentials: credentials(of.excludeCredentials),
  };
  const made = await ceremony(() => navigator.credentials.create({ publicKey: publicKey as unknown as PublicKeyCredentialCreationOptions }));
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    challenge: of.challenge,
    response: { attestationObject: text(response.attestationObject), clientDataJSON: text(response.clientDataJSON) },
  };
}

export async function register(link: string, operator: string): Promise<void> {
  const asked = await send('POST', '/access/registration/begin', { body: { link, operator } });
  await send('POST', '/access/registration/finish', { body: { link, ...(await make(asked)) } });
}

/** What an invitation offers, and what is to be registered for it. */
export interface Invitation extends AskedOf {
  'invited-by': string;
  roles: Assignment[];
}

export async function askInvitation(link: string): Promise<Invitation> {
  return (await send('POST', '/access/invitation/begin', { body: { link } })) as Invitation;
}

/** Registers a passkey by an invitation; it opens nothing until another administrator activates it. */
export async function join(link: string, asked: Invitation): Promise<{ 'waits-until': string }> {
  const { 'invited-by': _, roles: __, ...options } = asked;
  return (await send('POST', '/access/invitation/finish', { body: { link, ...(await make(options)) } })) as { 'waits-until': string };
}

export type Change = Schema['OperatorChange'];
export type ChangeToSign = Schema['ChangeToSign'];

export const askChange = (change: Change): Promise<ChangeToSign> => post('/operators/changes', { body: change });

/** One's own passkey: takes no permission, and another one of one's own to sign. */
export const askOwnWithdrawal = (passkey: string, reason: string): Promise<ChangeToSign> =>
  post('/operators/me/passkeys/{passkey}/withdraw', { path: { passkey }, body: { reason } });

export async function signOwnChange(asked: ChangeToSign): Promise<Schema['ChangeMade']> {
  const { signed: _, ...options } = asked;
  const { id, response } = (await sign(options)) as Schema['PasskeyAssertion'];
  return post('/operators/me/changes/{challenge}', { path: { challenge: asked.challenge }, body: { id, response } });
}

/** Makes the change that was asked for, by a passkey's signature over exactly it. */
export async function signChange(asked: ChangeToSign): Promise<Schema['ChangeMade']> {
  const { signed: _, ...options } = asked;
  const { id, response } = (await sign(options)) as Schema['PasskeyAssertion'];
  return post('/operators/changes/{challenge}', { path: { challenge: asked.challenge }, body: { id, response } });
}

export async function logIn(): Promise<void> {
  const asked = await send('POST', '/access/login/begin', { body: {} });
  await send('POST', '/access/login/finish', { body: await sign(asked) });
}

/** A further passkey, first step: the new one answers. Returns what one that is registered is to sign for it. */
export async function offer(): Promise<unknown> {
  return send('POST', '/access/passkey/offer', { body: await make(await send('POST', '/access/passkey/begin', { body: {} })) });
}

/** Second step: one that is registered vouches for it. */
export async function vouch(offered: unknown): Promise<void> {
  await send('POST', '/access/passkey/finish', { body: await sign(offered) });
}
