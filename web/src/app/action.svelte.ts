import { told } from '../api/client';

/** What a button starts: once at a time, with what went wrong said beside it. */
export class Action {
  busy = $state(false);
  problem = $state('');

  async run(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = '';
    try {
      await work();
    } catch (e) {
      this.problem = told(e);
    } finally {
      this.busy = false;
    }
  }
}
