// src/ as the one minified script that sites load.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export async function bundle() {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('src/index.js', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2017',
    charset: 'utf8',
    legalComments: 'none',
    // Whatever goes wrong while we load, the page's console stays clean.
    banner: { js: 'try{' },
    footer: { js: '}catch(_){}' },
    write: false,
  })
  return Buffer.from(result.outputFiles[0].contents)
}
