// The Model Context Protocol's own client for JavaScript.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { base, check, picture } from './shared.js';

const client = new Client({ name: 'test', version: '1' });
await client.connect(new StreamableHTTPClientTransport(new URL(`${base}/mcp`)));
const { tools } = await client.listTools();
check(tools.some(tool => tool.name === 'segment'), 'tools');
const result = await client.callTool({ name: 'point', arguments: { image: picture, point: [20, 20] } });
check(!result.isError && result.content.some(block => block.type === 'image') && result.structuredContent.segments[0].area > 0, 'point');
await client.close();
