/** Remembers this browser's choices, and this tab's drafts and unsent messages, where the browser lets it. */

const PREFIX = "firstline.";

/**
 * @param {() => Storage} storage
 * @returns {{get: (name: string) => unknown, set: (name: string, value: unknown) => void, clear: () => void}}
 */
function drawer(storage) {
  return {
    get(name) {
      try {
        return JSON.parse(storage().getItem(PREFIX + name) ?? "null");
      } catch {
        return null; // storage is switched off, or holds something that is not ours
      }
    },
    set(name, value) {
      try {
        storage().setItem(PREFIX + name, JSON.stringify(value));
      } catch {
        // storage is switched off or full: the console works, it only forgets on reload
      }
    },
    clear() {
      try {
        for (const name of Object.keys(storage())) if (name.startsWith(PREFIX)) storage().removeItem(name);
      } catch {
        // nothing was kept
      }
    },
  };
}

/** Choices of this browser: language, sound, keys, how far was read. */
export const browserMemory = drawer(() => localStorage);

/** What only this tab may know: drafts and unsent messages; gone when the tab is closed or the agent signs out. */
export const tabMemory = drawer(() => sessionStorage);

/**
 * @param {unknown} value
 * @returns {Record<string, unknown>}
 */
export function asRecord(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? /** @type {Record<string, unknown>} */ (value)
    : {};
}
