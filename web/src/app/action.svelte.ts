import { Refusal, told } from '../api/client';

/** What a button starts: once at a time, with what became of it said beside it. */
export class Action {
  busy = $state(false);
  problem = $state('');
  /** The approval that what was asked waits for; nothing was done yet. */
  awaited = $state.raw<{ approval: string; message: string }>();

  async run(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = '';
    this.awaited = undefined;
    try {
      await work();
    } catch (e) {
      const approval = e instanceof Refusal && e.kind === 'awaited' ? e.members.approval : undefined;
      if (typeof approval === 'string') this.awaited = { approval, message: told(e) };
      else this.problem = told(e);
    } finally {
      this.busy = false;
    }
  }
}
