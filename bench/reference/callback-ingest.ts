/** What anybody would write first: Fastify, WeCom's decryption, one INSERT with a unique key, and the answer. */
import { createDecipheriv, hash, randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { Pool } from 'pg';
import { serveBench } from '../server.js';

const token = process.env['BENCH_TOKEN'] ?? '';
const receiveId = process.env['BENCH_RECEIVE_ID'] ?? '';
const key = Buffer.from(`${process.env['BENCH_AES_KEY']}=`, 'base64');
const pool = new Pool({ connectionString: process.env['DATABASE_URL'], max: 20 });
const INSERT = {
  name: 'insert',
  text: `INSERT INTO bench.callbacks (id, received_at, dedupe_key, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
};

const fastify = Fastify();
fastify.removeAllContentTypeParsers();
fastify.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
fastify.post('/callback', async (request, reply) => {
  const query = request.query as Record<string, string>;
  const encrypted = /<Encrypt><!\[CDATA\[([^\]]*)\]\]><\/Encrypt>/.exec(request.body as string)?.[1] ?? '';
  const parts = [token, query['timestamp'] ?? '', query['nonce'] ?? '', encrypted].sort();
  const signature = hash('sha1', parts.join(''));
  if (signature !== query['msg_signature']) return reply.code(401).send();
  const message = decrypt(encrypted);
  if (message === undefined) return reply.code(401).send();
  const dedupeKey = hash('sha256', message);
  await pool.query({ ...INSERT, values: [randomUUID(), new Date(), dedupeKey, message] });
  return reply.type('text/plain').send('success');
});

/** Undefined for another receiver. */
function decrypt(encrypted: string): string | undefined {
  const cipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([cipher.update(encrypted, 'base64'), cipher.final()]);
  const frame = padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
  const end = 20 + frame.readUInt32BE(16);
  return frame.toString('utf8', end) === receiveId ? frame.toString('utf8', 20, end) : undefined;
}

const url = await fastify.listen({ port: 0, host: '127.0.0.1' });
serveBench({ url, path: '/callback' }, async () => {
  await fastify.close();
  await pool.end();
});
