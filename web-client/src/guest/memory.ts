/** What a third party's browser keeps of links. Where it may keep nothing, the open page still does. */
import type { GuestMemory } from "../core/guest-controller";

const WAITING = "passerelle-guest-waiting";
const TAKEN = "passerelle-guest-taken";

/** See the module. The code that waits belongs to the tab, the one that was taken to the browser. */
export function guestMemory(): GuestMemory {
  const waiting = new Kept(WAITING, () => sessionStorage);
  const taken = new Kept(TAKEN, () => localStorage);
  return {
    get waiting() {
      return waiting.value;
    },
    set waiting(code) {
      waiting.value = code;
    },
    get taken() {
      return taken.value;
    },
    set taken(code) {
      taken.value = code;
    },
  };
}

class Kept {
  readonly #key: string;
  readonly #storage: () => Storage;
  #value: string | null = null;

  constructor(key: string, storage: () => Storage) {
    this.#key = key;
    this.#storage = storage;
    // Reading the very property throws where the browser forbids storage.
    try {
      this.#value = storage().getItem(key);
    } catch (error) {
      console.warn(error);
    }
  }

  get value(): string | null {
    return this.#value;
  }

  set value(value: string | null) {
    this.#value = value;
    try {
      if (value === null) this.#storage().removeItem(this.#key);
      else this.#storage().setItem(this.#key, value);
    } catch (error) {
      console.warn(error);
    }
  }
}
