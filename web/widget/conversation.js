// The conversation with the server: its key, and sends that are repeated until they arrive, once each. No screen here.

const PAUSES_SECONDS = [1, 2, 4, 8, 15, 15, 15];
const ATTEMPT_SECONDS = 25; // the server takes 20 at most
const STOPPED = Symbol("erased meanwhile");

/** The server's own words on why it didn't answer. */
class Refused extends Error {}

class Conversation {
  #server;
  #key = null;
  #unanswered = null;
  #queue = Promise.resolve();
  #stop = new AbortController();

  constructor(server) {
    this.#server = server;
  }

  /** Makes a send of a body: its id tells the server that a repeated one is the same. */
  static newSend(body) {
    const id = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return { ...body, id };
  }

  /**
   * Returns the replies to a send, after those before it. Calls `waiting` when it has to try again.
   * Throws `Refused` with words for the person, `STOPPED` if erased meanwhile, or the network's error.
   */
  send(send, waiting) {
    const stop = this.#stop.signal;
    const sent = this.#queue.then(async () => {
      if (stop.aborted) throw STOPPED;
      this.#unanswered = send.id;
      const answer = await this.#deliver("/chat/message", { ...send, conversation: this.#key, language: SPOKEN }, stop, waiting);
      this.#key = answer.conversation;
      this.#unanswered = null;
      if (!answer.replies.length) throw new Error();
      return answer.replies;
    });
    this.#queue = sent.catch(() => {});
    return sent;
  }

  /** Has yes or no counted: apart from the conversation, once, and nobody waits for it. */
  rate(button) {
    this.#fetch("/chat/message", { button }).catch(() => {});
  }

  /** Forgets everything here at once, and on the server as soon as it can be reached. */
  forget(leaving = false) {
    const body = { conversation: this.#key, id: this.#unanswered };
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#key = this.#unanswered = null;
    this.#queue = Promise.resolve();
    if (!body.conversation && !body.id) return Promise.resolve();
    if (leaving) return this.#fetch("/chat/forget", body, { keepalive: true }).catch(() => {});
    return this.#deliver("/chat/forget", body, this.#stop.signal);
  }

  async #deliver(path, body, stop, waiting) {
    for (const pause of [...PAUSES_SECONDS, null]) {
      try {
        return await this.#attempt(path, body, stop);
      } catch (trouble) {
        if (stop.aborted) throw STOPPED;
        if (trouble instanceof Refused || pause === null) throw trouble;
        waiting?.();
        await untilWorthTrying(pause, stop);
      }
    }
  }

  async #attempt(path, body, stop) {
    stop.throwIfAborted();
    const attempt = new AbortController();
    const end = () => attempt.abort();
    const timer = setTimeout(end, ATTEMPT_SECONDS * 1000);
    stop.addEventListener("abort", end);
    try {
      const response = await this.#fetch(path, body, { signal: attempt.signal });
      const answer = await response.json(); // a proxy's error page isn't JSON: that is tried again
      if (response.ok) return answer;
      throw answer.error ? new Refused(answer.message) : new Error(); // What isn't the assistant's own is tried again.
    } finally {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
    }
  }

  #fetch(path, body, options) {
    return fetch(this.#server + path, {
      method: "POST", body: JSON.stringify(body), mode: "cors",
      credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store", ...options,
    });
  }
}

function untilWorthTrying(seconds, stop) {
  return new Promise((resolve) => {
    const events = new AbortController();
    const go = () => {
      clearTimeout(timer);
      events.abort();
      resolve();
    };
    const timer = setTimeout(go, seconds * 1000);
    addEventListener("online", go, { signal: events.signal });
    stop.addEventListener("abort", go, { signal: events.signal });
  });
}
