// The script tag that brought us here, and what its data- attributes say.
import { page } from './browser.js'

// currentScript is null where a tag manager or a module loader runs us later than the tag.
const tag = page.currentScript || page.querySelector('script[data-key]')

export const setting = name => tag.getAttribute('data-' + name)
export const key = setting('key')
export const endpoint = setting('api') || new URL(tag.src).origin + '/api/v1/track/batch'
