// The few lines that stand in for a framework: making elements, and icons drawn as strokes.

const SVG = "http://www.w3.org/2000/svg";

// h makes an element. Props: on* are listeners, class and data-* and aria-* are attributes, the rest are properties.
export function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "class" || name === "for" || name === "role") el.setAttribute(name, value);
    else el[name] = value;
  }
  el.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

const paths = {
  send: "M4 12 20 4l-5 16-3.500-6.500zM11.500 13.500 20 4",
  plus: "M12 5v14M5 12h14",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  reply: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6v1",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01",
  video: "M3 6h12v12H3zM15 10l6-3v10l-6-3",
  mic: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3M5 11a7 7 0 0 0 14 0M12 18v3",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.500 14a4 4 0 0 0 7 0M9 9.500h.01M15 9.500h.01",
  upload: "M12 16V4M7 9l5-5 5 5M4 20h16",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 13l4 4L19 7",
  checks: "M2 13l4 4L16 7M11 16l1 1L22 7",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4l3 2",
  signal: "M5 19v-3M10 19v-7M15 19v-11M20 19V4",
  battery: "M3 8h15v8H3zM21 11v2M5.500 10.500h8v3h-8z",
};

// icon draws one of the paths above.
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}

export const $ = (id) => document.getElementById(id);
