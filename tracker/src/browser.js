// What we use of the browser. The page never notices us: what fails, fails in silence.

export const page = document
export const client = navigator
export const address = location
export const now = Date.now
export const timestamp = () => new Date().toISOString()

export function safely(action, argument) {
  try {
    return action(argument)
  } catch (_) {}
}

export const on = (target, name, action) => target.addEventListener(name, event => safely(action, event))

// localStorage throws where it is closed or full. Both return undefined then.
export const load = name => safely(() => localStorage[name])
export const store = (name, text) => safely(() => (text ? (localStorage[name] = text) : delete localStorage[name]))
