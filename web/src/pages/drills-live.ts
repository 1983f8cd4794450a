import { address, open } from '../api/client';
import { isPresent, onReturn } from '../app/presence';

const PAUSE = 3_000;
const LOOK = 30_000;

/** Calls this whenever something about drills changes, while somebody looks; returns how to end that. */
export function followDrills(changed: () => void): () => void {
  let controller: AbortController | undefined;

  async function stay() {
    if (controller) return;
    const own = (controller = new AbortController());
    while (!own.signal.aborted) {
      try {
        await read(own.signal);
      } catch {
        // The page itself says what cannot be had; here it is only tried again.
      }
      if (!own.signal.aborted) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
  async function read(signal: AbortSignal) {
    const answer = await open('GET', address('/drills/events'), { signal });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    // What changed before the stream began is asked for once.
    changed();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      if (part.value.includes('data:')) changed();
    }
  }
  function leave() {
    controller?.abort();
    controller = undefined;
  }
  const look = () => (isPresent() ? void stay() : leave());
  document.addEventListener('visibilitychange', look);
  const unlisten = onReturn(look);
  const timer = setInterval(look, LOOK);
  look();
  return () => {
    document.removeEventListener('visibilitychange', look);
    unlisten();
    clearInterval(timer);
    leave();
  };
}
