// Drives a real Chromium for tests: a line of JSON in, a line of JSON out.
// usage: node browser.cjs CHROMIUM SPKI   trusts no certificate but those with this key, base64 of SHA-256
'use strict';
const { chromium } = require('playwright-core');
const fs = require('node:fs');
const readline = require('node:readline');

const [executablePath, spki] = process.argv.slice(2);
const ARGUMENTS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', `--ignore-certificate-errors-spki-list=${spki}`,
];

let browser;
const pages = new Map();

/** A new authenticator, which somebody touches whenever it asks. */
async function authenticator(devtools, verified) {
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true,
      hasUserVerification: true, isUserVerified: verified, automaticPresenceSimulation: true,
    },
  });
  return authenticatorId;
}

/** Runs in a page before its own scripts: intervals that go on, and listeners of the window and the document. */
function countWhatStays() {
  const [set, clear] = [window.setInterval, window.clearInterval];
  window.intervals = new Set();
  window.setInterval = (...given) => {
    const id = set(...given);
    window.intervals.add(id);
    return id;
  };
  window.clearInterval = (id) => {
    window.intervals.delete(id);
    clear(id);
  };
  window.listeners = 0;
  for (const target of [window, document]) {
    const [add, remove] = [target.addEventListener.bind(target), target.removeEventListener.bind(target)];
    target.addEventListener = (...given) => {
      window.listeners++;
      add(...given);
    };
    target.removeEventListener = (...given) => {
      window.listeners--;
      remove(...given);
    };
  }
}

const operations = {
  /** A browser profile of its own with one page, and an authenticator in it; with a clock that can be put on. */
  async open({ page, verified, clock, agent }) {
    const context = await browser.newContext({ viewport: { width: 1024, height: 700 }, ...(agent ? { userAgent: agent } : {}) });
    if (clock) await context.clock.install();
    const made = await context.newPage();
    const said = [];
    const sent = [];
    made.on('request', (request) => request.method() === 'POST' && sent.push({ url: request.url(), body: request.postData() }));
    made.on('console', (message) => said.push(message.text()));
    made.on('pageerror', (error) => said.push(String(error)));
    let asked = 0;
    const underWay = new Set();
    made.on('request', (request) => {
      asked++;
      underWay.add(request);
    });
    for (const end of ['requestfinished', 'requestfailed']) made.on(end, (request) => underWay.delete(request));
    if (clock) await made.addInitScript(countWhatStays);
    made.on('dialog', (dialog) => {
      said.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await made.addInitScript(() => addEventListener('securitypolicyviolation', (event) => console.log(`breach: ${event.violatedDirective} ${event.blockedURI}`)));
    const devtools = await context.newCDPSession(made);
    await devtools.send('WebAuthn.enable');
    const authenticatorId = await authenticator(devtools, verified);
    pages.set(page, { context, page: made, devtools, authenticatorId, said, sent, asked: () => asked, underWay, key: 'first', drawer: new Map() });
  },
  async verified({ page, verified }) {
    const { devtools, authenticatorId } = pages.get(page);
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: verified });
  },
  /** The authenticator that is there makes room for the one of another name, which is new at first. */
  async plug({ page, key }) {
    const it = pages.get(page);
    const { credentials } = await it.devtools.send('WebAuthn.getCredentials', { authenticatorId: it.authenticatorId });
    it.drawer.set(it.key, credentials);
    await it.devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: it.authenticatorId });
    it.key = key;
    it.authenticatorId = await authenticator(it.devtools, true);
    for (const credential of it.drawer.get(key) ?? []) {
      await it.devtools.send('WebAuthn.addCredential', { authenticatorId: it.authenticatorId, credential });
    }
  },
  /** The authenticator's keys move to another profile's: a cloned key. */
  async clone({ page, to }) {
    const from = pages.get(page);
    const other = pages.get(to);
    const { credentials } = await from.devtools.send('WebAuthn.getCredentials', { authenticatorId: from.authenticatorId });
    for (const credential of credentials) {
      await other.devtools.send('WebAuthn.addCredential', { authenticatorId: other.authenticatorId, credential });
    }
    return credentials.length;
  },
  /** So much time passes at once; what was to happen within it happens once. */
  async later({ page, milliseconds }) {
    await pages.get(page).context.clock.fastForward(milliseconds);
  },
  /** What the page sent last to a place that ends like this. */
  async sent({ page, ending }) {
    return pages.get(page).sent.findLast(({ url }) => url.endsWith(ending))?.body;
  },
  async go({ page, url }) {
    const answer = await pages.get(page).page.goto(url);
    return answer ? answer.status() : 0;
  },
  /** As if the page were opened there for the first time, by the process that has it open. */
  async load({ page, url }) {
    const it = pages.get(page).page;
    if (!it.url().startsWith(`${new URL(url).origin}/`)) {
      await it.goto(url);
      return;
    }
    await it.evaluate(`history.replaceState(null, '', ${JSON.stringify(url)})`);
    await it.reload();
  },
  async click({ page, name }) {
    await pages.get(page).page.getByRole('button', { name }).first().click({ timeout: 10000 });
  },
  async clickLast({ page, name }) {
    await pages.get(page).page.getByRole('button', { name }).last().click({ timeout: 10000 });
  },
  async fill({ page, label, text }) {
    await pages.get(page).page.getByLabel(label).fill(text);
  },
  async check({ page, label }) {
    await pages.get(page).page.getByLabel(label).check();
  },
  /** Whether the button of this name can be pressed. */
  async enabled({ page, name }) {
    return pages.get(page).page.getByRole('button', { name, exact: true }).first().isEnabled();
  },
  async follow({ page, name }) {
    await pages.get(page).page.getByRole('link', { name }).first().click({ timeout: 10000 });
  },
  /** Waits until the page shows this text. */
  async sees({ page, text }) {
    const it = pages.get(page).page;
    try {
      await it.getByText(text).first().waitFor({ timeout: 10000 });
    } catch {
      throw new Error(`'${text}' is not to be seen in: ${await it.locator('main').innerText()}`);
    }
  },
  /** Waits until the page no longer shows this text. */
  async gone({ page, text }) {
    await pages.get(page).page.getByText(text).first().waitFor({ state: 'hidden', timeout: 10000 });
  },
  async run({ page, script, argument }) {
    return pages.get(page).page.evaluate(`(${script})(${JSON.stringify(argument ?? null)})`);
  },
  /** Each breach of WCAG 2.2, levels A and AA, that axe-core finds in what is shown. */
  async axe({ page }) {
    const it = pages.get(page).page;
    if (!(await it.evaluate('Boolean(window.axe)'))) {
      await it.evaluate(fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    }
    const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
    // Whatever is scrolled half under the bar at the top would count as too small a target.
    await it.evaluate('scrollTo(0, 0)');
    const { violations } = await it.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(rules)} })`);
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target, any }) => `${target} ${any[0]?.message ?? ''}`).join(' | ')}`);
  },
  async press({ page, key }) {
    await pages.get(page).page.keyboard.press(key);
  },
  async type({ page, text }) {
    await pages.get(page).page.keyboard.type(text);
  },
  /** Waits until a script says yes. */
  async until({ page, script }) {
    const it = pages.get(page).page;
    // Asked from here: what waits inside the page is kept from evaluating by the page's policy.
    for (const end = Date.now() + 10000; !(await it.evaluate(`(${script})()`)); ) {
      if (Date.now() > end) throw new Error(`not within 10 s: ${script}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
  async look({ page, width, dark }) {
    const it = pages.get(page).page;
    await it.setViewportSize({ width, height: 800 });
    // Nothing is judged half way from one colour to the next.
    await it.emulateMedia({ colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
  },
  /** Answers to places with this part in them arrive bent: this text put for that, or the last byte turned. */
  async bend({ page, part, from, to }) {
    const { devtools } = pages.get(page);
    devtools.removeAllListeners('Fetch.requestPaused');
    const bent = async ({ requestId, responseStatusCode, responseHeaders }) => {
      const { body, base64Encoded } = await devtools.send('Fetch.getResponseBody', { requestId });
      let bytes = Buffer.from(body, base64Encoded ? 'base64' : 'utf8');
      // Within what is far longer than an Ed25519 signature.
      if (to === 'long') bytes = Buffer.from(bytes.toString('utf8').replace(/([A-Za-z0-9+/]{1500})./, (_, head) => `${head}${_.endsWith('A') ? 'B' : 'A'}`), 'utf8');
      else if (from) bytes = Buffer.from(bytes.toString('utf8').replace(new RegExp(from), to), 'utf8');
      else bytes[bytes.length - 1] ^= 1;
      const headers = responseHeaders.filter(({ name }) => !/^content-(length|encoding)$/i.test(name));
      await devtools.send('Fetch.fulfillRequest', { requestId, responseCode: responseStatusCode, responseHeaders: headers, body: bytes.toString('base64') });
    };
    // What is under way when it ends goes on as it is.
    devtools.on('Fetch.requestPaused', (paused) => void bent(paused).catch((e) => {
      if (!/Fetch domain is not enabled|Invalid InterceptionId/.test(String(e))) throw e;
    }));
    await devtools.send('Fetch.enable', { patterns: [{ urlPattern: `*${part}*`, requestStage: 'Response' }] });
  },
  async unbend({ page }) {
    await pages.get(page).devtools.send('Fetch.disable');
  },
  /** A page of another origin, which shows this and says nothing of what it may. */
  async site({ page, url, html }) {
    const it = pages.get(page);
    await it.context.route(url, (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await it.page.goto(url);
    await it.page.waitForLoadState('networkidle');
  },
  /** A thief's profile gets the cookies of this one. */
  async steal({ page, to }) {
    await pages.get(to).context.addCookies(await pages.get(page).context.cookies());
  },
  /** How much the page has asked for so far. */
  async asked({ page }) {
    return pages.get(page).asked();
  },
  async 'open-requests'({ page }) {
    return [...pages.get(page).underWay].map((request) => request.url());
  },
  /** Waits until nothing is under way but streams. */
  async settled({ page }) {
    const { underWay } = pages.get(page);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const end = Date.now() + 10000; [...underWay].some((request) => !request.url().endsWith('/events')); ) {
      if (Date.now() > end) throw new Error(`under way after 10 s: ${[...underWay].map((request) => request.url())}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
  async cookies({ page }) {
    return pages.get(page).context.cookies();
  },
  async url({ page }) {
    return pages.get(page).page.url();
  },
  async said({ page }) {
    return pages.get(page).said;
  },
  async picture({ page, file, width, dark }) {
    const it = pages.get(page).page;
    await it.setViewportSize({ width, height: 700 });
    await it.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await it.screenshot({ path: file });
  },
};

async function main() {
  browser = await chromium.launch({ executablePath, headless: true, args: ARGUMENTS });
  console.log(JSON.stringify({ value: 'ready' }));
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    try {
      console.log(JSON.stringify({ value: (await operations[asked.do](asked)) ?? null }));
    } catch (e) {
      console.log(JSON.stringify({ error: String(e.message) }));
    }
  }
  await browser.close();
}

main().catch((e) => {
  console.log(JSON.stringify({ error: String(e.message) }));
  process.exit(1);
});
