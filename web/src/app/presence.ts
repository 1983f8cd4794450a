/**
 * Whether somebody looks: the page is visible, and was touched in the last ten minutes. What the page asks for by itself
 * stops otherwise, for a session is to end when nobody uses it, and the server cannot tell a person from a timer.
 */
const PATIENCE = 10 * 60_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

let touched = Date.now();
const returned = new Set<() => void>();

for (const sign of SIGNS) {
  addEventListener(
    sign,
    () => {
      const wasAway = !isPresent();
      touched = Date.now();
      if (wasAway) returned.forEach((listener) => listener());
    },
    { passive: true, capture: true },
  );
}

export const isPresent = (): boolean => !document.hidden && Date.now() - touched < PATIENCE;

/** Calls this when somebody is back; returns how to end that. */
export function onReturn(listener: () => void): () => void {
  returned.add(listener);
  return () => returned.delete(listener);
}
