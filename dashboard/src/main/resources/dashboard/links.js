// The links of one node to other brokers, or to Redis; nothing is shown where there are none.

import { count, duration, element } from "./format.js";

const section = document.getElementById("links-section");
const table = document.getElementById("links");

/** Reads the links of a node. */
export async function loadLinks(node) {
  let links = [];
  try {
    links = (await node.get("/api/v1/links")).links;
  } catch {
    // The table of clients says that it does not answer.
  }
  section.hidden = links.length === 0;
  table.replaceChildren(...links.map(row));
}

function row(link) {
  return element(
    "tr",
    { "data-connected": link.state === "connected" ? "yes" : "no" },
    element("td", {}, link.name),
    element("td", {}, link.address),
    element("td", {}, link.alarm ? `${link.state} (alarm)` : link.state),
    element("td", { title: link.detail }, link.detail || "–"),
    ...[link.queued, link.sent, link.received, link.refused].map((value) =>
      element("td", { className: "number" }, count(value)),
    ),
    element("td", { className: "number" }, duration(Date.now() / 1000 - link.since)),
  );
}
