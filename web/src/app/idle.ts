/** The longest that something waits for the page to be at rest. */
const AT_THE_LATEST = 1_500;
/** Where the browser cannot say when it is at rest. */
const LATER = 600;

/** Runs once the page has shown what it was opened for; returns how to give that up. */
export function whenIdle(run: () => void): () => void {
  if ('requestIdleCallback' in window) {
    const id = requestIdleCallback(run, { timeout: AT_THE_LATEST });
    return () => cancelIdleCallback(id);
  }
  const id = setTimeout(run, LATER);
  return () => clearTimeout(id);
}
