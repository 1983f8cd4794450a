/**
 * Where the reader is: the fragment of the URL, "#/devices/meter-12?tab=why", which goes to no server and into no
 * log. A fragment that is no path carries a secret of a one-time link: it is taken once, and out of the history.
 */
export interface Route {
  /** Its parts, decoded: ["devices", "meter-12"]. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

function read(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return { parts: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The secrets of a one-time link, if the page was opened by one. */
function takeSecrets(): URLSearchParams {
  if (location.hash === '' || location.hash.startsWith('#/')) return new URLSearchParams();
  const secrets = new URLSearchParams(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
  return secrets;
}

export const secrets = takeSecrets();

class Place {
  current = $state.raw<Route>(read(location.hash));

  constructor() {
    addEventListener('hashchange', () => {
      // A one-time link that is opened where the page is open already.
      if (location.hash !== '' && !location.hash.startsWith('#/')) location.reload();
      else this.current = read(location.hash);
    });
  }

  /** The same page with other words in its query; each change is no step of its own in the history. */
  refine(changes: Record<string, string>): void {
    const query = new URLSearchParams(this.current.query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === '') query.delete(name);
      else query.set(name, value);
    }
    history.replaceState(null, '', to(this.current.parts, query));
    this.current = read(location.hash);
  }
}

/** The link to a page. */
export function to(parts: readonly string[], query: URLSearchParams | Record<string, string> = {}): string {
  const words = new URLSearchParams(query).toString();
  return `#/${parts.map(encodeURIComponent).join('/')}${words === '' ? '' : `?${words}`}`;
}

export function go(link: string): void {
  location.hash = link;
}

export const place = new Place();
