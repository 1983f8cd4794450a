import { logIn } from '../access/passkeys';
import { get, onStranger, onVerify, Refusal, type Schema } from '../api/client';
import { isPresent, onReturn } from './presence';

/** What others let one do may have changed meanwhile. */
const AGAIN = 30_000;

/** Who looks at the page, as far as the server knows. */
class Me {
  operator = $state.raw<Schema['Operator']>();
  /** Whether the server was asked yet. */
  known = $state(false);
  /** Why nobody is known, where it is not that nobody has logged in. */
  refusal = $state.raw<Refusal>();

  constructor() {
    onStranger(() => {
      this.operator = undefined;
    });
    onVerify(() => this.#verify());
  }

  /** The same person logs in once more; who chooses another one's passkey is told, and does nothing. */
  async #verify(): Promise<void> {
    const before = this.operator?.operator;
    await logIn();
    await this.ask();
    if (this.operator?.operator !== before) throw new Refusal('You are somebody else now. Nothing was done.', 0, 'ceremony');
  }

  /** Asks again while somebody looks; returns how to end that. */
  follow(): () => void {
    const look = () => isPresent() && void this.#again();
    const unreturn = onReturn(look);
    const timer = setInterval(look, AGAIN);
    return () => {
      unreturn();
      clearInterval(timer);
    };
  }

  /** A server that is away changes nothing: the page says so elsewhere. */
  async #again(): Promise<void> {
    try {
      const now = await get('/operators/me');
      if (JSON.stringify(now) !== JSON.stringify(this.operator)) this.operator = now;
    } catch (e) {
      if ((e as Refusal).status === 401) this.operator = undefined;
    }
  }

  async ask(): Promise<void> {
    try {
      this.operator = await get('/operators/me');
      this.refusal = undefined;
    } catch (e) {
      this.operator = undefined;
      this.refusal = (e as Refusal).status === 401 ? undefined : (e as Refusal);
    }
    this.known = true;
  }
}

export const me = new Me();
