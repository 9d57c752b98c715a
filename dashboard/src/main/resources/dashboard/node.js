// One node of the cluster: follows its stream of events and says when it falls silent.

/** A node that says nothing for so long is dead; it speaks once a second. */
const SILENCE_MILLIS = 2300;

const RETRY_MILLIS = 1000;

export class FollowedNode {
  /** What does not change: name, version, architecture, promises; null until it was heard. */
  about = null;

  /** What the node said last; null while it was never heard. */
  state = null;

  #heardAt = null;
  #startedAt = performance.now();
  #events = null;
  #listeners = new Set();

  /** @param base where its admin API is: the origin of this page, or another node's address */
  constructor(name, base) {
    this.name = name;
    this.base = base;
    this.#follow();
  }

  /** Calls back after every event. */
  onState(listener) {
    this.#listeners.add(listener);
  }

  /** Milliseconds since it was heard, or since somebody began to listen. */
  get silentMillis() {
    return performance.now() - (this.#heardAt ?? this.#startedAt);
  }

  /** "serving", "refusing", "dead", or "unknown" in the first moment. */
  get condition() {
    if (this.silentMillis > SILENCE_MILLIS) {
      return "dead";
    }
    if (this.state === null) {
      return "unknown";
    }
    return this.state.ready ? "serving" : "refusing";
  }

  /** JSON of this node's API. */
  async get(path) {
    const response = await fetch(this.base + path, { signal: AbortSignal.timeout(2000) });
    if (!response.ok) {
      throw new Error(`${path}: ${response.status}`);
    }
    return response.json();
  }

  #follow() {
    this.#events = new EventSource(this.base + "/api/v1/events");
    this.#events.addEventListener("open", () => this.#introduce());
    this.#events.addEventListener("state", (event) => {
      this.#heardAt = performance.now();
      this.state = JSON.parse(event.data);
      this.#listeners.forEach((listener) => listener(this));
    });
    this.#events.addEventListener("error", () => {
      this.#events.close();
      setTimeout(() => this.#follow(), RETRY_MILLIS);
    });
  }

  /** It may be another version after a restart. */
  async #introduce() {
    try {
      this.about = await this.get("/api/v1/node");
    } catch {
      // The stream will fail too and come back here.
    }
  }
}
