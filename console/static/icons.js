/** Draws the console's icons as SVG elements that take the colour of the text around them. */

const PATHS = {
  bell: "M6 16V11a6 6 0 1 1 12 0v5l1.5 2h-15zM10 20.5a2.2 2.2 0 0 0 4 0",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  book: "M5 5.5A2.5 2.5 0 0 1 7.5 3H19v15H7.5A2.5 2.5 0 0 0 5 20.5zM5 20.5V5.5M19 18v3H7.5",
  bot: "M12 4v3M6.5 7h11A2.5 2.5 0 0 1 20 9.5v7a2.5 2.5 0 0 1-2.5 2.5h-11A2.5 2.5 0 0 1 4 16.5v-7A2.5 2.5 0 0 1 6.5 7zM9 12v1.5M15 12v1.5",
  back: "M15 5l-7 7 7 7",
  check: "M5 12.5l4.5 4.5L19 7.5",
  clip: "M8 12.5l6-6a3 3 0 0 1 4.300 4.300l-7.800 7.800a5 5 0 0 1-7-7L11 4",
  close: "M6 6l12 12M18 6L6 18",
  details: "M4 5h16v14H4zM14.5 5v14",
  file: "M7 3.5h7l4 4V20.5H7zM14 3.5v4h4",
  forward: "M14 5l6 6-6 6M20 11H9a5 5 0 0 0-5 5v3",
  eye: "M2.5 12c5-8 14-8 19 0-5 8-14 8-19 0zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  keyboard: "M3 7h18v10H3zM7 10.5h.01M11 10.5h.01M15 10.5h.01M8 14h8",
  lock: "M6.5 11h11v8.5h-11zM9 11V8a3 3 0 0 1 6 0v3",
  mail: "M4 6h16v12H4zM4 7l8 6 8-6",
  muted: "M4 9.5h3.5L12 6v12l-4.5-3.5H4zM16 10l4 4M20 10l-4 4",
  out: "M14 5H6v14h8M11 12h9M17 8.5l3.5 3.5-3.5 3.5",
  phone: "M8 3.5h8v17H8zM11 17.5h2",
  send: "M4.5 12L20 4.5 15 20l-3.5-6.5zM11.5 13.5L20 4.5",
  sound: "M4 9.5h3.5L12 6v12l-4.5-3.5H4zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  telegram: "M4 11.5L20 5l-2.5 14-5.5-4-2.5 3-1-5zM8.5 13L20 5",
  visitor: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
  warning: "M12 4l9 16H3zM12 10v4.5M12 17.200v.1",
  web: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c5 5 5 12 0 17-5-5-5-12 0-17z",
};

/** @typedef {keyof typeof PATHS} IconName */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {IconName} name
 * @returns {SVGSVGElement} a picture for the eye only; the words beside it say the same
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/**
 * @param {string} channel
 * @returns {SVGSVGElement}
 */
export function channelIcon(channel) {
  /** @type {Record<string, IconName>} */
  const names = { web: "web", telegram: "telegram", email: "mail", phone: "phone" };
  return icon(names[channel] ?? "visitor");
}
