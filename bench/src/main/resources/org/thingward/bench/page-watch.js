// On the page while a benchmark runs: when what came was painted, how long a key took to be, and how the frames came.
window.pageWatch = (() => {
  let shown = [];
  let keys = [];
  let frames = [];
  let last = 0;
  // Rows that come into view later show what was made before, and are no news.
  let newest = Date.now();

  /** Once the next frame is painted. */
  const painted = (then) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = then;
      channel.port2.postMessage(0);
    });

  new MutationObserver((changes) => {
    const told = new Set();
    for (const change of changes) {
      for (const node of change.type === 'attributes' ? [change.target] : change.addedNodes) {
        if (!(node instanceof Element)) continue;
        for (const time of node.matches('time') ? [node] : node.querySelectorAll('[role=listitem] time')) told.add(time);
      }
    }
    const at = [...told].filter((time) => time.isConnected).map((time) => Date.parse(time.dateTime)).filter((made) => made > newest);
    newest = Math.max(newest, ...at);
    if (at.length > 0) painted(() => at.forEach((made) => shown.push(Date.now() - made)));
  }).observe(document.querySelector('[role=list].rows'), { attributes: true, attributeFilter: ['datetime'], childList: true, subtree: true });

  addEventListener(
    'keydown',
    (event) => {
      const pressed = event.timeStamp;
      painted(() => keys.push(performance.now() - pressed));
    },
    true,
  );

  const frame = (now) => {
    if (last > 0) frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  /** What was seen since it was last asked. */
  return () => {
    const seen = { shown, keys, frames };
    shown = [];
    keys = [];
    frames = [];
    return seen;
  };
})();
