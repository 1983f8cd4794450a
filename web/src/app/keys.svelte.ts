/** Keys of one page, each with what it does; they hold while the page is there. */
export type Keys = Record<string, () => void>;

const rooms: Record<string, string> = { a: '#/approvals', f: '#/fleet', d: '#/decisions', p: '#/policy', w: '#/waves', r: '#/drills', l: '#/ledger', o: '#/operators', t: '#/tokens' };

/** Whether what is typed goes into a field. */
function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches('input:not([type=checkbox]), textarea, select') || target.isContentEditable);
}

/** The keyboard: one listener; pages lend it their keys. Signing has no key: it takes a click and a passkey. */
class Keyboard {
  palette = $state(false);
  help = $state(false);
  #lent: Keys[] = [];
  #going = 0;

  /** Adds keys; returns how to take them back. */
  lend(keys: Keys): () => void {
    this.#lent.push(keys);
    return () => {
      this.#lent = this.#lent.filter((each) => each !== keys);
    };
  }

  pressed(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      this.palette = !this.palette;
      return;
    }
    const name = named(event);
    if (document.querySelector('dialog[open]') || (typing(event.target) && !name.includes('+') && !/^F\d/.test(name))) return;
    if (this.#follow(event)) {
      event.preventDefault();
    } else if (name === '?') {
      event.preventDefault();
      this.help = true;
    } else {
      const action = this.#lent.findLast((keys) => name in keys)?.[name];
      if (action) {
        event.preventDefault();
        action();
      }
    }
  }

  /** G, then the letter of a room. */
  #follow(event: KeyboardEvent): boolean {
    const letter = event.key.toLowerCase();
    const within = performance.now() - this.#going < 1500;
    const room = rooms[letter];
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (this.#going && within && room) {
      this.#going = 0;
      location.hash = room;
      return true;
    }
    this.#going = letter === 'g' ? performance.now() : 0;
    return letter === 'g';
  }
}

function named(event: KeyboardEvent): string {
  const ctrl = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
  const alt = event.altKey ? 'Alt+' : '';
  return ctrl + alt + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
}

export const keyboard = new Keyboard();
