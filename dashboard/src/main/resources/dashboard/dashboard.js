// The page: finds the nodes of the cluster, follows each of them, and draws once a second.

import { Card } from "./card.js";
import { Chart, History } from "./chart.js";
import { chosenNode, load, offerNodes, onChoice } from "./clients.js";
import { count, element, sentence, setText } from "./format.js";
import { loadLinks } from "./links.js";
import { FollowedNode } from "./node.js";

const DRAW_MILLIS = 1000;
const WATCH_MILLIS = 250;
const NODES_MILLIS = 2000;
const CLIENTS_MILLIS = 3000;

/** Sums over all nodes that speak: label, what to sum, unit. */
const TOTALS = [
  ["Messages in", (state) => state.ratesPerSecond.messagesReceived ?? 0, "/s", "series-in"],
  ["Messages out", (state) => state.ratesPerSecond.messagesSent ?? 0, "/s", "series-out"],
  ["Connections", (state) => state.values.connectionsOpen, "", "series-in"],
  ["Sessions", (state) => state.values.sessions, "", "series-in"],
  ["Subscriptions", (state) => state.values.subscriptions, "", "series-in"],
];

/** Every node that was ever seen, by name: one that leaves the cluster stays, as dead. */
const nodes = new Map();
const cards = new Map();
const conditions = new Map();
let totals = [];

const byId = (id) => document.getElementById(id);

function known(name, base) {
  if (nodes.has(name)) {
    return;
  }
  const node = new FollowedNode(name, base);
  const card = new Card(node);
  nodes.set(name, node);
  cards.set(name, card);
  byId("cards").append(card.element);
}

/** Asks this page's own node who is there, and when it is dead, any other. */
async function findNodes() {
  const living = [...nodes.values()].filter((node) => node.condition !== "dead");
  for (const base of [location.origin, ...living.map((node) => node.base)]) {
    try {
      const response = await fetch(`${base}/api/v1/nodes`, { signal: AbortSignal.timeout(1500) });
      const answer = await response.json();
      for (const member of answer.nodes) {
        const own = member.self && base === location.origin;
        if (own || member.adminAddress) {
          known(member.name, own ? location.origin : member.adminAddress);
        }
      }
      return;
    } catch {
      // The next one may answer.
    }
  }
}

function buildTotals() {
  totals = TOTALS.map(([label, read, unit, className]) => {
    const value = element("span");
    const chart = new Chart([className]);
    byId("totals").append(
      element(
        "div",
        { className: "total" },
        element("dt", {}, label),
        element("dd", {}, value, element("small", {}, unit)),
        chart.element,
      ),
    );
    return { label, read, value, chart, history: new History() };
  });
}

function drawTotals(speaking) {
  for (const total of totals) {
    const known = speaking.length > 0;
    const sum = speaking.reduce((all, node) => all + total.read(node.state), 0);
    total.history.add(known ? sum : null);
    setText(total.value, known ? count(Math.round(sum)) : "–");
    total.chart.draw([total.history], `${total.label} in the last two minutes, now ${count(Math.round(sum))}`);
  }
}

function drawVerdict(all) {
  const serving = all.filter((node) => node.condition === "serving").length;
  const architectures = new Set(all.map((node) => node.about?.architecture).filter(Boolean));
  const dead = all.filter((node) => node.condition === "dead").length;
  setText(
    byId("cluster"),
    all.length === 0
      ? "Looking for nodes…"
      : `${all.length} ${all.length === 1 ? "node" : "nodes"} · ${[...architectures].join(", ")}`,
  );
  const badge = byId("verdict");
  badge.dataset.state = dead > 0 ? "dead" : serving === all.length ? "serving" : "refusing";
  setText(
    badge,
    dead > 0 ? `${dead} of ${all.length} dead` : serving === all.length ? "all serving" : `${serving} serving`,
  );
  document.title = dead > 0 ? `(${dead} dead) Skein` : "Skein";
}

/** Shows a death or a return at once, and tells those who do not see the page. */
function watch() {
  const all = [...nodes.values()];
  const changed = all.filter((node) => conditions.get(node.name) !== node.condition);
  if (changed.length === 0) {
    return;
  }
  changed.forEach((node) => {
    cards.get(node.name).drawCondition();
    conditions.set(node.name, node.condition);
  });
  setText(byId("news"), changed.map((node) => `Node ${node.name} is ${node.condition}.`).join(" "));
  drawVerdict(all);
}

function drawPromises(all) {
  const about = all.find((node) => node.about !== null)?.about;
  if (!about || byId("promises").dataset.shown === about.name + about.architecture) {
    return;
  }
  byId("promises").dataset.shown = about.name + about.architecture;
  setText(
    byId("promises-hint"),
    `What the architecture “${about.architecture}” promises as configured. What is not promised may fail.`,
  );
  byId("promises").replaceChildren(
    ...about.promises.map((promise) =>
      element(
        "li",
        { "data-kept": promise.kept ? "yes" : "no" },
        element("span", { className: "mark", "aria-hidden": "true" }, promise.kept ? "✓" : "–"),
        element("span", { className: "rank" }, promise.number),
        element(
          "span",
          {},
          sentence(promise.name),
          element("span", { className: "visually-hidden" }, promise.kept ? " (promised)" : " (not promised)"),
        ),
      ),
    ),
  );
}

function draw() {
  const all = [...nodes.values()];
  const speaking = all.filter((node) => node.state !== null && node.condition !== "dead");
  cards.forEach((card) => card.draw());
  drawTotals(speaking);
  drawVerdict(all);
  drawPromises(all);
  offerNodes(all.map((node) => node.name));
}

async function loadClients() {
  const node = nodes.get(chosenNode());
  if (node) {
    await Promise.all([load(node), loadLinks(node)]);
  }
}

/** Repeats an asynchronous task, the next time counted from its end. */
async function repeat(task, millis) {
  await task();
  setTimeout(() => repeat(task, millis), millis);
}

buildTotals();
await findNodes();
draw();
onChoice(loadClients);
setInterval(draw, DRAW_MILLIS);
setInterval(watch, WATCH_MILLIS);
repeat(findNodes, NODES_MILLIS);
repeat(loadClients, CLIENTS_MILLIS);
