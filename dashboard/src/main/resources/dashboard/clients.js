// The table of clients of one node.

import { count, duration, element, setText } from "./format.js";

const ROWS = 200;

const table = document.getElementById("clients");
const choice = document.getElementById("clients-node");
const filter = document.getElementById("clients-filter");
const counted = document.getElementById("clients-count");

let shown = [];

filter.addEventListener("input", draw);

/** Offers these nodes, keeping the one that is chosen. */
export function offerNodes(names) {
  const offered = [...choice.options].map((option) => option.value);
  if (offered.join("\n") !== names.join("\n")) {
    const chosen = choice.value;
    choice.replaceChildren(...names.map((name) => element("option", { value: name }, name)));
    choice.value = names.includes(chosen) ? chosen : (names[0] ?? "");
  }
}

/** Which node was chosen. */
export function chosenNode() {
  return choice.value;
}

export function onChoice(listener) {
  choice.addEventListener("change", listener);
}

/** Reads the clients of a node; of one that does not answer none are shown. */
export async function load(node) {
  try {
    shown = (await node.get(`/api/v1/clients?limit=${ROWS}`)).clients;
    draw();
  } catch {
    shown = [];
    draw();
    setText(counted, `${node.name} does not answer`);
  }
}

function draw() {
  const wanted = filter.value.trim().toLowerCase();
  const found = shown.filter((client) =>
    [client.clientId, client.address, client.username ?? ""].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
  table.replaceChildren(...found.map(row));
  const all = shown.length === ROWS ? `the first ${ROWS}` : count(shown.length);
  setText(counted, wanted === "" ? `${all} sessions` : `${count(found.length)} of ${all} sessions`);
}

function row(client) {
  const since = client.connectedAt === null ? "" : duration(Date.now() / 1000 - client.connectedAt);
  return element(
    "tr",
    { "data-connected": client.connected ? "yes" : "no" },
    element("td", { title: client.clientId }, client.clientId),
    element("td", {}, client.connected ? "connected" : "away"),
    element("td", {}, client.address || "–"),
    element("td", {}, client.username ?? "–"),
    element("td", {}, client.protocol ?? "–"),
    element("td", {}, client.cleanSession ? "ends with connection" : "stays"),
    ...[client.subscriptions, client.queued, client.inflight].map((value) =>
      element("td", { className: "number" }, count(value)),
    ),
    element("td", { className: "number" }, since || "–"),
  );
}
