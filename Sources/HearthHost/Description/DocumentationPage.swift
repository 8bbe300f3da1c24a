/// The page at `/api/docs`: reads `/api/openapi.json` and shows it, with nothing from elsewhere.
enum DocumentationPage {
    static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>API description</title>
        <link rel="stylesheet" href="/api/docs/style.css">
        </head>
        <body>
        <header><h1 id="title">API</h1><p id="about"></p>
        <p><label>Token <input id="token" type="password" placeholder="Bearer token for “Try it”" autocomplete="off"></label>
        <label>Filter <input id="filter" type="search" placeholder="path or summary"></label>
        <a href="/api/openapi.json">openapi.json</a></p></header>
        <main id="operations"><noscript>This page needs JavaScript; the description itself is at /api/openapi.json.</noscript></main>
        <script src="/api/docs/script.js"></script>
        </body>
        </html>
        """

    static let style = """
        :root { color-scheme: light dark; --line: #8884; --soft: #8881; font: 16px/1.45 system-ui, sans-serif; }
        body { max-width: 62rem; margin: 0 auto; padding: 1rem; }
        h2 { margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
        label { margin-right: 1rem; } input, textarea { font: inherit; padding: .25rem .4rem; }
        details { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0; }
        summary { padding: .45rem .7rem; cursor: pointer; display: flex; gap: .7rem; align-items: baseline; flex-wrap: wrap; }
        summary b { min-width: 4.2rem; } summary code { font-size: 1rem; } details > div { padding: 0 .9rem .8rem; }
        .get b { color: #2a7de1; } .post b { color: #1d9a5b; } .put b, .patch b { color: #c77700; } .delete b { color: #d13b3b; }
        table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .25rem .5rem; border-top: 1px solid var(--line); vertical-align: top; }
        pre { background: var(--soft); padding: .6rem; border-radius: .4rem; overflow: auto; max-height: 24rem; }
        textarea { width: 100%; min-height: 7rem; box-sizing: border-box; font-family: ui-monospace, monospace; }
        .lock { opacity: .7; font-size: .85rem; }
        """

    static let script = #"""
        'use strict';
        const make = (tag, props = {}, ...children) => {
          const element = Object.assign(document.createElement(tag), props);
          element.append(...children.filter(child => child != null));
          return element;
        };
        const resolve = (api, schema) => schema && schema.$ref ? api.components.schemas[schema.$ref.split('/').pop()] : schema;
        function example(api, schema, depth = 0) {
          schema = resolve(api, schema) || {};
          if (schema.examples) return schema.examples[0];
          if (schema.default !== undefined) return schema.default;
          if (schema.enum) return schema.enum[0];
          if (schema.anyOf) return example(api, schema.anyOf[0], depth);
          if (depth > 5) return null;
          switch (schema.type) {
            case 'object': return Object.fromEntries(Object.entries(schema.properties || {}).map(([name, value]) => [name, example(api, value, depth + 1)]));
            case 'array': return [example(api, schema.items, depth + 1)];
            case 'integer': case 'number': return schema.minimum ?? 0;
            case 'boolean': return false;
            case 'string': return { uuid: '00000000-0000-7000-8000-000000000000', date: '2026-01-31', 'date-time': '2026-01-31T12:00:00Z', time: '07:30:00', email: 'a@example.com' }[schema.format] || 'text';
            default: return null;
          }
        }
        const typeName = schema => !schema ? '' : schema.$ref ? schema.$ref.split('/').pop() : schema.anyOf ? schema.anyOf.map(typeName).join(' or ')
          : schema.type === 'array' ? `${typeName(schema.items)}[]` : [schema.type, schema.format].filter(Boolean).join(' ');
        const rules = schema => Object.entries(schema || {}).filter(([key]) => !['type', 'format', 'anyOf', '$ref', 'description', 'items'].includes(key))
          .map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(', ');
        function operationElement(api, path, method, operation) {
          const inputs = new Map();
          const rows = (operation.parameters || []).map(parameter => {
            const input = make('input', { placeholder: parameter.required ? 'required' : '' });
            inputs.set(parameter, input);
            return make('tr', {}, make('td', {}, make('code', { textContent: parameter.name }), ` (${parameter.in})`),
              make('td', { textContent: [typeName(parameter.schema), rules(parameter.schema), parameter.description].filter(Boolean).join(' · ') }), make('td', {}, input));
          });
          const bodySchema = operation.requestBody?.content?.['application/json']?.schema;
          const body = bodySchema && make('textarea', { value: JSON.stringify(example(api, bodySchema), null, 2) });
          const answers = Object.entries(operation.responses).map(([status, response]) => make('tr', {}, make('td', { textContent: status }),
            make('td', { textContent: [response.description, typeName(response.content?.['application/json']?.schema)].filter(Boolean).join(' · ') })));
          const output = make('pre', { hidden: true });
          const send = make('button', { textContent: 'Try it', onclick: async () => {
            let url = path; const query = new URLSearchParams();
            for (const [parameter, input] of inputs) {
              if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
              else if (input.value) query.append(parameter.name, input.value);
            }
            if ([...query].length) url += `?${query}`;
            const token = document.getElementById('token').value;
            const response = await fetch(url, { method: method.toUpperCase(), body: body?.value,
              headers: { ...(token && { Authorization: `Bearer ${token}` }), ...(body && { 'Content-Type': 'application/json' }) } });
            const text = await response.text();
            let shown = text; try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch {}
            output.hidden = false; output.textContent = `${response.status} ${response.statusText}\n${shown}`;
          } });
          return make('details', { className: method }, make('summary', {}, make('b', { textContent: method.toUpperCase() }), make('code', { textContent: path }),
              make('span', { textContent: operation.summary || '' }), operation.security?.length ? make('span', { className: 'lock', textContent: '🔒' }) : null),
            make('div', {}, operation.description ? make('p', { textContent: operation.description }) : null,
              rows.length ? make('table', {}, ...rows) : null,
              body ? make('div', {}, make('h4', { textContent: `Body: ${typeName(bodySchema)}` }), body) : null,
              make('h4', { textContent: 'Answers' }), make('table', {}, ...answers), make('p', {}, send), output));
        }
        fetch('/api/openapi.json').then(response => response.json()).then(api => {
          document.title = document.getElementById('title').textContent = `${api.info.title} ${api.info.version}`;
          document.getElementById('about').textContent = api.info.description || '';
          const groups = new Map();
          for (const [path, methods] of Object.entries(api.paths)) for (const [method, operation] of Object.entries(methods)) {
            const tag = operation.tags?.[0] || 'other';
            if (!groups.has(tag)) groups.set(tag, []);
            groups.get(tag).push(operationElement(api, path, method, operation));
          }
          const main = document.getElementById('operations');
          for (const [tag, elements] of groups) main.append(make('h2', { textContent: tag }), ...elements);
          document.getElementById('filter').oninput = event => {
            for (const element of main.querySelectorAll('details')) element.hidden = !element.querySelector('summary').textContent.toLowerCase().includes(event.target.value.toLowerCase());
          };
        });
        """#
}
