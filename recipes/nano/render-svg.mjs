// Renders a folder of SVG drawings as PNG: node render-svg.mjs FROM TO SIZE (needs @resvg/resvg-js beside it).
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const [from, to, size] = process.argv.slice(2);
mkdirSync(to, { recursive: true });
for (const file of readdirSync(from).filter(name => name.endsWith('.svg'))) {
    const drawing = new Resvg(readFileSync(join(from, file)), { fitTo: { mode: 'width', value: Number(size) } });
    writeFileSync(join(to, file.replace(/\.svg$/, '.png')), drawing.render().asPng());
}
