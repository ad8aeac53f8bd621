// Shows the OpenAPI document. Everything is put in as text, never as HTML.
'use strict';

const el = (name, attrs, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attrs || {})) node.setAttribute(key, value);
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== ''));
  return node;
};

const resolve = (doc, schema) =>
  schema && schema.$ref ? schema.$ref.slice(2).split('/').reduce((at, key) => at[key], doc) : schema;

// A short word for a schema: its type, its values, its bounds.
const words = (doc, schema) => {
  const s = resolve(doc, schema) || {};
  const types = [].concat(s.type || 'any').join(' or ');
  const parts = [types === 'array' ? 'list of ' + words(doc, s.items) : types];
  if (s.format) parts.push(s.format);
  if (s.enum) parts.push('one of ' + s.enum.join(', '));
  if (s.default !== undefined) parts.push('default ' + s.default);
  for (const bound of ['minimum', 'maximum', 'minLength', 'maxLength', 'maxItems']) {
    if (s[bound] !== undefined) parts.push(bound + ' ' + s[bound]);
  }
  return parts.join(', ');
};

// An example of a schema, with the words for each value in place of the value.
const example = (doc, schema, seen = []) => {
  const s = resolve(doc, schema) || {};
  if (schema && schema.$ref && seen.includes(schema.$ref)) return '…';
  const deeper = schema && schema.$ref ? [...seen, schema.$ref] : seen;
  if (s.properties) {
    return Object.fromEntries(Object.entries(s.properties).map(([key, value]) =>
      [key + ((s.required || []).includes(key) ? '' : '?'), example(doc, value, deeper)]));
  }
  if (s.items) return [example(doc, s.items, deeper)];
  return words(doc, schema) + (schema && schema.description ? ': ' + schema.description : '');
};

const body = (doc, title, content) => {
  const kind = Object.keys(content || {})[0];
  if (!kind || !content[kind].schema) return [];
  return [el('h4', {}, title + ' (' + kind + ')'),
    el('pre', {}, JSON.stringify(example(doc, content[kind].schema), null, 2))];
};

const parameters = (doc, list) => list && list.length ? [el('h4', {}, 'Parameters'), el('table', {},
  ...list.map((p) => el('tr', {},
    el('td', {}, el('code', {}, p.name), p.required ? ' *' : ''), el('td', {}, p.in),
    el('td', {}, words(doc, p.schema)), el('td', {}, p.description || ''))))] : [];

const operation = (doc, path, method, op) => el('section', { id: op.operationId },
  el('h3', {}, el('span', { class: 'method' }, method.toUpperCase()), el('code', {}, path),
    el('span', { class: 'badge' }, op['x-permission'] || '')),
  el('p', {}, op.summary || '', op.description ? ' – ' + op.description : ''),
  ...parameters(doc, op.parameters),
  ...body(doc, 'Body', op.requestBody && op.requestBody.content),
  ...Object.entries(op.responses || {}).flatMap(([status, answer]) => status === 'default' ? []
    : answer.content ? body(doc, 'Answer ' + status, answer.content) : [el('h4', {}, 'Answer ' + status)]));

const show = (doc) => {
  const base = doc.servers && doc.servers[0] ? doc.servers[0].url : '';
  const byTag = {};
  for (const [path, item] of Object.entries(doc.paths)) {
    for (const [method, op] of Object.entries(item)) {
      if (op.operationId) (byTag[(op.tags || ['other'])[0]] ||= []).push([base + path, method, op]);
    }
  }
  const nav = document.getElementById('nav');
  const main = document.getElementById('main');
  main.replaceChildren(el('h1', {}, doc.info.title + ' ' + doc.info.version), el('p', {}, doc.info.description || ''),
    el('p', {}, el('a', { href: 'v1/openapi.json' }, 'OpenAPI document')));
  for (const tag of Object.keys(byTag).sort()) {
    nav.append(el('h2', {}, tag));
    main.append(el('h2', {}, tag));
    for (const [path, method, op] of byTag[tag]) {
      nav.append(el('a', { href: '#' + op.operationId }, op.summary || op.operationId));
      main.append(operation(doc, path, method, op));
    }
  }
  main.append(el('h2', {}, 'Errors'),
    el('pre', {}, JSON.stringify(example(doc, { $ref: '#/components/schemas/Problem' }), null, 2)));
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
};

fetch('v1/openapi.json').then((answer) => answer.json()).then(show)
  .catch((err) => document.getElementById('main').replaceChildren(el('p', {}, 'The document could not be read: ' + err)));
