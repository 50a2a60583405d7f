// Builds src/ into static/tracker/pulse.js.
//   node build.js           write it
//   node build.js --check   fail when the committed file is not the build of src/
// Either fails when it is too big.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { bundle } from './bundle.js'

const MAX_BYTES = 3072
const output = fileURLToPath(new URL('../static/tracker/pulse.js', import.meta.url))

const built = await bundle()
console.log(`pulse.js: ${built.length} bytes (at most ${MAX_BYTES}), ${gzipSync(built, { level: 9 }).length} gzipped`)

if (built.length > MAX_BYTES) fail(`it is ${built.length - MAX_BYTES} bytes too big`)
if (process.argv.includes('--check')) {
  if (!built.equals(committed())) fail('static/tracker/pulse.js is not the build of tracker/src: run `npm run build`')
} else {
  mkdirSync(dirname(output), { recursive: true })
  writeFileSync(output, built)
}

function committed() {
  try {
    return readFileSync(output)
  } catch (error) {
    if (error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

function fail(reason) {
  console.error(reason)
  process.exit(1)
}
