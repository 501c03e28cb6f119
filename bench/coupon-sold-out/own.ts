import type { FastifyInstance } from 'fastify';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { createApplication } from '../../src/bootstrap.js';
import { ApiKeys } from '../../src/platform/auth/api-keys.js';
import { AppConfig } from '../../src/platform/config/app-config.js';
import type { CorpId } from '../../src/platform/context/typed-id.js';
import { MasterKeys } from '../../src/platform/crypto/master-keys.js';
import { initHttp } from '../../src/platform/http/init-http.js';
import { installHello } from '../reference/coupon-sold-out.js';
import { serveBench } from '../server.js';

/** So many that none of them reaches its limit of requests. */
const KEYS = 64;

const config = AppConfig.fromEnvironment(process.env);
const app = await createApplication(config, MasterKeys.load(config));
await initHttp(app);
// reason for the cast: the adapter's instance carries the generics of its own options
const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
installHello(fastify);
let databaseCalls = 0;
fastify.get('/t/calls', (_request, reply) => reply.send({ databaseCalls }));
await app.listen(0, '127.0.0.1');

const corpId = process.env['BENCH_CORP_ID'] as CorpId;
const keys = [];
for (let index = 0; index < KEYS; index++)
  keys.push(
    (await app.get(ApiKeys).createCorpKey(corpId, { owner: `bench ${index}` }, ['coupons:write'])).key,
  );
// reason for the cast: TypeORM keeps its pool behind a type that all its drivers share
const pool = (app.get(DataSource).driver as unknown as { master: Pool }).master;
const connect = pool.connect.bind(pool) as (...given: unknown[]) => unknown;
Object.assign(pool, { connect: (...given: unknown[]) => (databaseCalls++, connect(...given)) });
serveBench({ url: await app.getUrl(), keys }, () => app.close());
