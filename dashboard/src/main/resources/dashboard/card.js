// What is shown of one node.

import { Chart, History } from "./chart.js";
import { bytes, count, duration, element, setText } from "./format.js";

const CONDITIONS = { serving: "serving", refusing: "not serving", dead: "dead", unknown: "connecting" };

const FIGURES = [
  ["connectionsOpen", "Connections"],
  ["sessions", "Sessions"],
  ["subscriptions", "Subscriptions"],
  ["retainedMessages", "Retained"],
];

const DROPS = [
  ["droppedSlowConsumer", "for slow consumers"],
  ["droppedQueueFull", "by full queues"],
  ["droppedTooLarge", "too large"],
  ["droppedBetweenNodes", "between nodes"],
  ["publishesRefused", "refused"],
];

/** Above these parts a meter warns. */
const HIGH = 0.75;
const FULL = 0.92;

export class Card {
  received = new History();
  sent = new History();

  #node;
  #parts = {};
  #figures = new Map();
  #chart = new Chart(["series-in", "series-out"]);

  constructor(node) {
    this.#node = node;
    this.element = this.#build();
  }

  #part(key, name, attributes, ...children) {
    this.#parts[key] = element(name, attributes, ...children);
    return this.#parts[key];
  }

  #build() {
    const title = `node-${this.#node.name}`;
    return this.#part(
      "card",
      "article",
      { className: "card", "aria-labelledby": title },
      element(
        "header",
        {},
        element("h3", { id: title }, this.#node.name),
        this.#part("badge", "p", { className: "badge" }),
      ),
      this.#part("about", "p", { className: "about" }),
      this.#part("why", "p", { className: "why", hidden: "" }),
      this.#part("alarms", "p", { className: "alarms", hidden: "" }),
      element(
        "div",
        { className: "live" },
        this.#traffic(),
        this.#figureList(),
        element("dl", { className: "usage" }, this.#usage("cpu", "CPU"), this.#usage("memory", "Memory")),
        this.#part("drops", "p", { className: "drops", hidden: "" }),
      ),
    );
  }

  #traffic() {
    return element(
      "div",
      { className: "traffic" },
      element("div", { className: "plot" }, this.#chart.element),
      element(
        "p",
        { className: "legend" },
        element("span", {}, element("span", { className: "key key-in" }), "in ", this.#part("in", "b")),
        element("span", {}, element("span", { className: "key key-out" }), "out ", this.#part("out", "b")),
        this.#part("peak", "span", { className: "peak" }),
      ),
    );
  }

  #figureList() {
    return element(
      "dl",
      { className: "figures" },
      ...FIGURES.map(([key, label]) => {
        const value = element("dd");
        this.#figures.set(key, value);
        return element("div", {}, element("dt", {}, label), value);
      }),
    );
  }

  #usage(key, label) {
    return element(
      "div",
      {},
      element("dt", {}, label),
      this.#part(key, "dd"),
      element("div", { className: "meter", "aria-hidden": "true" }, this.#part(key + "Meter", "span")),
    );
  }

  /** Once a second, whether the node speaks or not. */
  draw() {
    const { state, condition } = this.#node;
    const speaks = state !== null && condition !== "dead";
    const rates = speaks ? state.ratesPerSecond : {};
    this.received.add(speaks ? (rates.messagesReceived ?? 0) : null);
    this.sent.add(speaks ? (rates.messagesSent ?? 0) : null);
    this.drawCondition();
    this.#drawTraffic(rates);
    for (const [key, target] of this.#figures) {
      setText(target, count(speaks ? state.values[key] : null));
    }
    this.#drawUsage(speaks ? state.process : null);
    this.#drawDrops(speaks ? state.values : null);
    this.#drawAlarms(speaks ? (state.alarms ?? []) : []);
  }

  /** Whether it lives; also between the seconds. */
  drawCondition() {
    const { about, condition, state, silentMillis } = this.#node;
    this.#parts.card.dataset.state = condition;
    this.#parts.badge.dataset.state = condition;
    setText(this.#parts.badge, CONDITIONS[condition]);
    const why =
      condition === "dead"
        ? `Nothing heard for ${duration(silentMillis / 1000)}`
        : condition === "refusing"
          ? (state.notReadyReason ?? "")
          : "";
    this.#parts.why.hidden = why === "";
    setText(this.#parts.why, why);
    if (about !== null) {
      const up = state === null || condition === "dead" ? "" : ` · up ${duration(state.uptimeSeconds)}`;
      setText(this.#parts.about, `${about.mqttAddress} · ${about.architecture}${up}`);
      this.#parts.about.title = `Skein ${about.version}`;
    }
  }

  #drawTraffic(rates) {
    setText(this.#parts.in, `${count(rates.messagesReceived)}/s`);
    setText(this.#parts.out, `${count(rates.messagesSent)}/s`);
    const peak = Math.max(this.received.peak, this.sent.peak);
    setText(this.#parts.peak, `peak ${count(Math.round(peak))}/s`);
    this.#chart.draw(
      [this.received, this.sent],
      `Messages per second in the last two minutes: ${count(rates.messagesReceived)} in, ` +
        `${count(rates.messagesSent)} out, at most ${count(Math.round(peak))}`,
    );
  }

  #drawUsage(process) {
    const cpu = process === null ? 0 : process.busyProcessors / process.processors;
    const heap = process === null ? 0 : process.heapUsedBytes / process.heapMaximumBytes;
    setText(
      this.#parts.cpu,
      process === null ? "–" : `${process.busyProcessors.toFixed(2)} of ${process.processors} cores`,
    );
    setText(
      this.#parts.memory,
      process === null
        ? "–"
        : `${bytes(process.residentBytes)} · heap ${bytes(process.heapUsedBytes)}`,
    );
    fill(this.#parts.cpuMeter, cpu);
    fill(this.#parts.memoryMeter, heap);
  }

  #drawDrops(values) {
    const drops = DROPS.filter(([key]) => values !== null && values[key] > 0).map(
      ([key, label]) => `${count(values[key])} ${label}`,
    );
    this.#parts.drops.hidden = drops.length === 0;
    setText(this.#parts.drops, drops.length === 0 ? "" : `Messages dropped: ${drops.join(", ")}`);
  }

  #drawAlarms(links) {
    this.#parts.alarms.hidden = links.length === 0;
    setText(this.#parts.alarms, links.map(alarm).join("\n"));
  }
}

function alarm(link) {
  const since = duration(Date.now() / 1000 - link.since);
  return `Alarm: ${link.name} (${link.address}) is ${link.state} for ${since}: ${link.detail}; ${count(link.queued)} wait`;
}

function fill(meter, part) {
  const bounded = Math.min(1, Math.max(0, part));
  meter.style.width = `${(bounded * 100).toFixed(1)}%`;
  meter.dataset.level = bounded > FULL ? "full" : bounded > HIGH ? "high" : "normal";
}
