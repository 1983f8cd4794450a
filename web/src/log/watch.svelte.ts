import { whenIdle } from '../app/idle';
import { isPresent } from '../app/presence';
import { checkHead, type Step } from './check';

const EVERY = 30_000;

/** The log's newest head, checked again and again while somebody looks. */
class LogWatch {
  size = $state<number>();
  at = $state('');
  /** Who else signed it. */
  cosigned = $state(0);
  /** The first check that does not hold. */
  broken = $state.raw<Step>();
  /** Why it could not be checked at all. */
  problem = $state('');

  /** Watches; returns how to end that. */
  follow(): () => void {
    const giveUp = whenIdle(() => void this.#look());
    const timer = setInterval(() => isPresent() && void this.#look(), EVERY);
    return () => {
      giveUp();
      clearInterval(timer);
    };
  }

  async #look(): Promise<void> {
    const steps: Step[] = [];
    try {
      const { checkpoint } = await checkHead((step) => steps.push(step));
      this.size = checkpoint.size;
      this.cosigned = new Set(checkpoint.signatures.map((line) => line.name).filter((name) => name !== checkpoint.origin)).size;
      this.broken = steps.find((step) => !step.holds);
      this.at = new Date().toISOString();
      this.problem = '';
    } catch (e) {
      this.problem = e instanceof Error ? e.message : String(e);
    }
  }
}

export const logWatch = new LogWatch();
