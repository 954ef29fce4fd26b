/** Shows the HTTP interface as `/openapi.json` describes it, without any library. */

const place = /** @type {HTMLElement} */ (document.getElementById("operations"));

/**
 * Makes an element with text or children.
 * @param {string} name
 * @param {...(string | Node)} children
 */
function element(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

/**
 * Names the fields of a body's schema.
 * @param {any} description
 * @param {any} operation
 */
function fieldsOf(description, operation) {
  const bodies = Object.values(operation.requestBody?.content ?? {});
  const schema = bodies[0]?.schema;
  const reference = schema?.$ref ?? schema?.anyOf?.[0]?.$ref;
  const found = reference ? description.components.schemas[reference.split("/").pop()] : schema;
  const required = new Set(found?.required ?? []);
  return Object.keys(found?.properties ?? {}).map((name) => (required.has(name) ? name : `${name}?`));
}

/**
 * Makes the section of one operation.
 * @param {any} description
 * @param {string} path
 * @param {string} method
 * @param {any} operation
 */
function section(description, path, method, operation) {
  const verb = element("span", method.toUpperCase());
  verb.className = "method";
  const facts = element("dl");
  const parameters = (operation.parameters ?? []).filter((/** @type {any} */ each) => each.in === "query");
  const rows = [
    ["Query", parameters.map((/** @type {any} */ each) => each.name)],
    ["Body", fieldsOf(description, operation)],
    ["Answers", Object.keys(operation.responses).filter((status) => status !== "422")],
  ];
  for (const [name, values] of rows) {
    if (values.length) facts.append(element("dt", String(name)), element("dd", values.join(", ")));
  }
  return element("section", element("h3", verb, path), facts);
}

try {
  const description = await (await fetch("/openapi.json")).json();
  /** @type {Map<string, HTMLElement[]>} */
  const groups = new Map();
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const group = operation.tags?.[0] ?? "other";
      groups.set(group, [...(groups.get(group) ?? []), section(description, path, method, operation)]);
    }
  }
  place.replaceChildren(
    ...[...groups].flatMap(([group, sections]) => [element("h2", group[0].toUpperCase() + group.slice(1)), ...sections]),
  );
} catch {
  place.textContent = "The description could not be loaded. Please reload the page.";
}
