// The console's own script: registers the first passkey by the one-time link, logs in, shows who one is.
// Nothing here decides anything: the server checks each ceremony, and demands user verification of it.

const MARK = { 'thingward-console': '1' };
const $ = (id) => document.getElementById(id);

/** A refusal by the server (RFC 9457), or by the browser. */
class Refusal extends Error {}

async function send(method, path, body) {
  const options = { method, headers: { ...MARK }, credentials: 'same-origin', cache: 'no-store' };
  if (body !== undefined) {
    options.headers['content-type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refusal('The server does not answer. Check that it runs, then try again.');
  }
  const text = await answer.text();
  const tree = text === '' ? {} : JSON.parse(text);
  if (!answer.ok) {
    const refusal = new Refusal(tree.detail ?? `The server answered ${answer.status}.`);
    refusal.status = answer.status;
    throw refusal;
  }
  return tree;
}

const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** Runs one ceremony of the browser and says in words why it ended. */
async function ceremony(run) {
  if (!window.PublicKeyCredential) {
    throw new Refusal('This browser has no passkeys, or does not trust this page’s certificate. Use another browser, or trust keys/operator-server.pem of the server’s data directory.');
  }
  try {
    return await run();
  } catch (e) {
    if (String(e.message).includes('TLS certificate')) {
      throw new Refusal('The browser does not trust this server’s certificate, and gives no passkeys to such pages. Trust keys/operator-server.pem of the server’s data directory, then reload.');
    }
    if (e.name === 'NotAllowedError') {
      throw new Refusal('Nothing was signed: it was cancelled, took too long, or your authenticator could not verify you. Try again, and use its PIN, fingerprint or face.');
    }
    if (e.name === 'InvalidStateError') {
      throw new Refusal('This authenticator holds a passkey of this console already.');
    }
    throw new Refusal(`The browser refused: ${e.message}`);
  }
}

async function register(link, operator) {
  const asked = await send('POST', '/access/registration/begin', { link, operator });
  await send('POST', '/access/registration/finish', { link, ...(await make(asked)) });
}

async function logIn() {
  const asked = await send('POST', '/access/login/begin', {});
  await send('POST', '/access/login/finish', await sign(asked));
}

const credentials = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

/** Has a passkey sign the challenge, and returns the answer as the server takes it. */
async function sign(asked) {
  const signed = await ceremony(() =>
    navigator.credentials.get({
      publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: credentials(asked.allowCredentials) },
    }));
  return {
    challenge: asked.challenge,
    id: text(signed.rawId),
    response: {
      authenticatorData: text(signed.response.authenticatorData),
      clientDataJSON: text(signed.response.clientDataJSON),
      signature: text(signed.response.signature),
      userHandle: text(signed.response.userHandle ?? new ArrayBuffer(0)),
    },
  };
}

/** Has an authenticator make a passkey, and returns the answer as the server takes it. */
async function make(asked) {
  const made = await ceremony(() =>
    navigator.credentials.create({
      publicKey: {
        ...asked,
        challenge: bytes(asked.challenge),
        user: { ...asked.user, id: bytes(asked.user.id) },
        excludeCredentials: credentials(asked.excludeCredentials),
      },
    }));
  return {
    challenge: asked.challenge,
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON),
    },
  };
}

/** What a passkey that is registered is to sign for the new one; empty while none was made. */
let offered;

/** A further passkey, first step: the new one answers. */
async function addPasskey() {
  const made = await make(await send('POST', '/access/passkey/begin', {}));
  offered = await send('POST', '/access/passkey/offer', made);
  $('vouch-step').hidden = false;
  $('add-passkey').hidden = $('single').hidden = true;
  $('vouch').focus();
}

/** Second step: one that is registered vouches for it. */
async function vouch() {
  await send('POST', '/access/passkey/finish', await sign(offered));
}

function show(view) {
  for (const id of ['register', 'login', 'me']) {
    $(id).hidden = id !== view;
  }
  $('scope').textContent = location.host;
  $(view).querySelector('h1').focus();
}

function say(message) {
  $('notice').textContent = message;
  $('notice').hidden = message === '';
}

/** Runs what a button asks for, once at a time, and says what went wrong. */
async function act(button, work) {
  say('');
  button.disabled = true;
  try {
    await work();
  } catch (e) {
    if (e.status === 401) {
      await home();
    }
    say(e instanceof Refusal ? e.message : `This page has a defect: ${e.message}`);
  } finally {
    button.disabled = false;
  }
}

function time(instant) {
  const element = document.createElement('time');
  element.dateTime = instant;
  element.title = instant;
  element.textContent = new Date(instant).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' });
  return element;
}

function row(cells) {
  const tr = document.createElement('tr');
  for (const [label, content, kind] of cells) {
    const td = document.createElement('td');
    if (label) td.dataset.label = label;
    if (kind) td.className = kind;
    td.append(content);
    tr.append(td);
  }
  return tr;
}

function endButton(session) {
  const button = document.createElement('button');
  button.textContent = 'End session';
  button.addEventListener('click', () =>
    act(button, async () => {
      await send('DELETE', `/api/v1/operators/me/sessions/${session.id}`);
      await home();
    }));
  return button;
}

/** The browser’s and the system’s name, as far as it says them. */
function browser(agent) {
  const name = /(Firefox|Edg|Chrome|Safari)\/?[\d.]*/.exec(agent)?.[1] ?? 'Another browser';
  const system = /(Windows|Mac OS X|Android|iPhone|Linux)/.exec(agent)?.[1];
  const element = document.createElement('span');
  element.title = agent;
  element.textContent = [name === 'Edg' ? 'Edge' : name, system].filter(Boolean).join(' on ');
  return element;
}

function showMe(me) {
  $('me-name').textContent = me.operator;
  $('me-fact').textContent = me.sessions.length === 0 ? 'known by the bootstrap certificate' : 'logged in with a passkey, user verified';
  $('passkeys').replaceChildren(
    ...me.passkeys.map((passkey) =>
      row([
        ['', passkey.id, 'id'],
        ['Registered', time(passkey.registered)],
        ['', passkey.syncable ? 'may be synchronised' : 'stays on its device'],
      ])));
  $('sessions-fact').textContent = `end after ${me['idle-seconds'] / 60} min without use`;
  $('sessions').replaceChildren(
    ...me.sessions.map((session) =>
      row([
        ['', browser(session.browser)],
        ['Began', time(session.began)],
        ['Ends at the latest', time(session.ends)],
        ['', session.current ? 'this one' : endButton(session)],
      ])));
  $('logout').hidden = $('add-passkey').hidden = me.sessions.length === 0;
  $('vouch-step').hidden = true;
  $('single').hidden = me.passkeys.length !== 1;
  show('me');
}

async function home() {
  try {
    showMe(await send('GET', '/api/v1/operators/me'));
  } catch (e) {
    show('login');
    if (e.status !== 401) {
      say(e.message);
    }
  }
}

// The secret is in the fragment, which goes to nobody; nor is it to stay in the history.
const link = new URLSearchParams(location.hash.slice(1)).get('register');
if (location.hash) {
  history.replaceState(null, '', location.pathname);
}

$('register-form').addEventListener('submit', (event) => {
  event.preventDefault();
  act(event.submitter, async () => {
    await register(link, $('operator').value);
    show('login');
  });
});
$('login-button').addEventListener('click', (event) =>
  act(event.currentTarget, async () => {
    await logIn();
    await home();
  }));
$('add-passkey').addEventListener('click', (event) => act(event.currentTarget, addPasskey));
$('vouch').addEventListener('click', (event) =>
  act(event.currentTarget, async () => {
    await vouch();
    await home();
  }));
$('logout').addEventListener('click', (event) =>
  act(event.currentTarget, async () => {
    await send('DELETE', '/api/v1/operators/me/sessions/current');
    await home();
  }));

if (link) {
  show('register');
} else {
  await home();
}
