/** @type {import('@sveltejs/vite-plugin-svelte').SvelteConfig} */
export default {
  compilerOptions: {
    runes: true,
    // Elements are made one by one: the page's policy (trusted types) lets nobody write innerHTML.
    fragments: 'tree',
  },
};
