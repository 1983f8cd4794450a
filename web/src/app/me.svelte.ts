import { logIn } from '../access/passkeys';
import { get, onStranger, onVerify, Refusal, type Schema } from '../api/client';

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
