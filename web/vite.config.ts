import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const OUT = 'target/classes/console';

/** Lists what was built for the server, which serves these files and no others, each compressed ahead. */
function listed(): Plugin {
  return {
    name: 'listed',
    apply: 'build',
    closeBundle() {
      const files = readdirSync(OUT, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(OUT, join(entry.parentPath, entry.name)))
        .sort();
      for (const file of files.filter((name) => !name.endsWith('.woff2'))) {
        const content = readFileSync(join(OUT, file));
        writeFileSync(join(OUT, `${file}.gz`), gzipSync(content, { level: 9 }));
        writeFileSync(join(OUT, `${file}.br`), brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
      writeFileSync(join(OUT, 'files'), files.map((file) => `${file}\n`).join(''));
    },
  };
}

/** The licences of what the built files contain go along with them. */
function noticed(): Plugin {
  const packages = new Set(['@fontsource-variable/inter', '@fontsource/jetbrains-mono']);
  return {
    name: 'noticed',
    apply: 'build',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        for (const id of chunk.type === 'chunk' ? chunk.moduleIds : []) {
          const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
          if (name) packages.add(name);
        }
      }
    },
    closeBundle() {
      const notices = [...packages].sort().map((name) => {
        const folder = join('node_modules', name);
        const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
        if (!licence) throw new Error(`${name} has no licence`);
        return `${name}\n\n${readFileSync(join(folder, licence), 'utf8').trim()}\n`;
      });
      mkdirSync('target/classes/META-INF', { recursive: true });
      writeFileSync('target/classes/META-INF/NOTICE', `The console contains these.\n\n${notices.join('\n')}`);
    },
  };
}

export default defineConfig({
  plugins: [svelte(), listed(), noticed()],
  build: {
    outDir: OUT,
    emptyOutDir: true,
    // Nothing inline: the page's policy allows neither data: fonts nor scripts in the page.
    assetsInlineLimit: 0,
    target: ['chrome125', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    // One file of styles, and one of what pages share: each further file is a further question before the first view.
    cssCodeSplit: false,
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        codeSplitting: {
          groups: [
            { name: 'charts', test: /[\\/]node_modules[\\/](d3-|internmap)/ },
            { name: 'shared', minShareCount: 2, test: /[\\/]src[\\/]/ },
          ],
        },
      },
    },
  },
});
