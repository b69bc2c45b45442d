// Renders the OpenAPI document as one readable page.
const response = await fetch('openapi/v1.json');
const api = await response.json();

const make = (tag, text, attributes = {}) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

const shapeName = (reference) => reference.split('/').at(-1);

/** A short description of a schema, with links to named shapes. */
function describe(schema) {
  const span = make('span');
  if (!schema) return span;
  if (schema.$ref) {
    const name = shapeName(schema.$ref);
    span.append(make('a', name, { href: `#shape-${name}` }));
  } else if (schema.oneOf || schema.anyOf) {
    (schema.oneOf ?? schema.anyOf).forEach((option, index) => span.append(index ? ' or ' : '', describe(option)));
  } else if (schema.enum) {
    span.append(schema.enum.map((value) => JSON.stringify(value)).join(' | '));
  } else if (schema.items) {
    span.append('list of ', describe(schema.items));
  } else {
    span.append([schema.type ?? 'any'].flat().join(' or '));
  }
  return span;
}

function table(rows) {
  const element = make('table');
  for (const cells of rows) {
    const row = element.appendChild(make('tr'));
    for (const cell of cells) row.appendChild(make('td')).append(cell ?? '');
  }
  return element;
}

const contentRows = (content) => Object.entries(content ?? {}).map(([type, { schema }]) => [make('code', type), describe(schema)]);

function article(path, method, operation) {
  const id = `${method}-${path}`.replace(/\W+/g, '-');
  const element = make('article', '', { id });
  const heading = element.appendChild(make('h2'));
  heading.append(make('span', method.toUpperCase(), { class: 'method' }), make('code', path));
  element.append(make('p', operation.summary ?? ''));
  if (operation.parameters?.length) {
    element.append(make('h3', 'Parameters'), table(operation.parameters.map((p) => [make('code', p.name), p.in, describe(p.schema)])));
  }
  if (operation.requestBody) element.append(make('h3', 'Body'), table(contentRows(operation.requestBody.content)));
  element.append(make('h3', 'Answers'), table(Object.entries(operation.responses).flatMap(([status, answer]) => {
    const rows = contentRows(answer.content);
    return rows.length ? rows.map((row) => [make('code', status), ...row]) : [[make('code', status), answer.description ?? '']];
  })));
  document.querySelector('#contents').append(make('a', `${method.toUpperCase()} ${path}`, { href: `#${id}` }));
  return element;
}

document.querySelector('#about').textContent = api.info.description ?? '';
document.querySelector('#paths').replaceChildren(...Object.entries(api.paths)
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => article(path, method, operation))));
document.querySelector('#shapes').append(...Object.entries(api.components?.schemas ?? {}).map(([name, schema]) => {
  const element = make('article', '', { id: `shape-${name}` });
  element.append(make('h3', name), make('p', schema.description ?? ''));
  element.append(schema.properties
    ? table(Object.entries(schema.properties).map(([field, own]) => [make('code', field), describe(own), own.description ?? '']))
    : describe(schema));
  return element;
}));
