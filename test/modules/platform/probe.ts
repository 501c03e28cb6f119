import {
  Body,
  Controller,
  Delete,
  Get,
  Injectable,
  Module,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Client } from 'pg';
import { APP_ROLE } from '../../../src/platform/database/role-names.js';
import { Database } from '../../../src/platform/database/database.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { defineErrors } from '../../../src/platform/errors/app-error.js';
import { Endpoint } from '../../../src/platform/http/endpoint.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../src/platform/http/fields.js';

/** Endpoints that do what any module's endpoints do, and some that misbehave. */
const probeErrors = defineErrors('probe', {
  sold_out: { kind: 'conflict', en: 'Sold out', zh: '已售罄' },
});

class Line {
  @TextField({ max: 10 })
  sku: string;

  @IntegerField({ min: 1, max: 99 })
  count: number;
}

class OrderBody {
  @TextField({ max: 20 })
  name: string;

  @ObjectField(() => Line)
  main: Line;

  @ListField(() => Line, { maxItems: 3, optional: true })
  lines?: Line[];

  @ListField('text', { maxItems: 3, optional: true })
  notes?: string[];

  @PublicIdField('cus', { optional: true })
  customerId?: string;

  @TimeField({ optional: true })
  at?: Date;

  @BooleanField({ optional: true, nullable: true })
  gift?: boolean | null;
}

class OrderView {
  @IntegerField({ min: 0, max: 1_000_000 })
  effects: number;
}

class SearchQuery {
  @IntegerField({ min: 1, max: 9, optional: true })
  size: number = 5;

  @BooleanField({ optional: true })
  all?: boolean;

  @ListField({ values: ['a', 'b'] }, { maxItems: 2, optional: true })
  kind?: string[];

  @EnumField(['up', 'down'], { optional: true })
  order?: string;
}

const text = { en: 'Probe', zh: '探测' };

@Injectable()
export class ProbeBehaviour {
  /** What the order handler does after its effect. */
  afterEffect: () => Promise<void> = async () => undefined;
}

@Controller('v1/probe')
class ProbeController {
  constructor(
    private readonly database: Database,
    private readonly unit: UnitOfWork,
    private readonly behaviour: ProbeBehaviour,
  ) {}

  @Post('orders')
  @Endpoint({
    id: 'probe.order',
    summary: text,
    scope: 'customers:write',
    status: 201,
    response: OrderView,
    errors: [probeErrors.sold_out],
  })
  async order(@Body() body: OrderBody): Promise<OrderView> {
    await this.database.query('INSERT INTO platform.probe_effects (corp_id, name) VALUES ($1, $2)', [
      this.unit.corpId(),
      body.name,
    ]);
    await this.behaviour.afterEffect();
    if (body.name === 'sold out') throw probeErrors.sold_out({ left: 0 });
    if (body.name === 'bug') throw new Error(`unexpected: ${JSON.stringify(body)}`);
    return this.database.one<OrderView>('SELECT count(*)::int AS effects FROM platform.probe_effects');
  }

  @Post('echo')
  @Endpoint({ id: 'probe.echo', summary: text, scope: 'customers:read', response: OrderBody, search: true })
  echo(@Body() body: OrderBody): OrderBody {
    return body;
  }

  @Get('search')
  @Endpoint({ id: 'probe.search', summary: text, scope: 'customers:read', response: SearchQuery })
  search(@Query() query: SearchQuery): SearchQuery {
    return query;
  }

  @Get('text/:text')
  @Endpoint({ id: 'probe.text', summary: text, scope: 'customers:read', response: OrderView })
  storedText(@Param('text') value: string): Promise<OrderView> {
    return this.database.one('SELECT count(*)::int AS effects FROM platform.probe_effects WHERE name = $1', [
      value,
    ]);
  }

  @Patch('orders/:name')
  @Endpoint({ id: 'probe.rename', summary: text, scope: 'customers:write', response: OrderView })
  async rename(): Promise<OrderView> {
    return { effects: await this.database.execute(`UPDATE platform.probe_effects SET name = name || '!'`) };
  }

  @Delete('orders')
  @Endpoint({ id: 'probe.clear', summary: text, scope: 'customers:write', status: 204 })
  async clear(): Promise<void> {
    await this.database.query('DELETE FROM platform.probe_effects');
  }

  @Get('writes')
  @Endpoint({ id: 'probe.writes', summary: text, scope: 'customers:read', response: OrderView })
  async writesWhileReading(): Promise<OrderView> {
    await this.database.query(`UPDATE platform.probe_effects SET name = 'x'`);
    return { effects: 0 };
  }
}

@Controller('callbacks')
class CallbackProbe {
  @Post('probe')
  @ApiExcludeEndpoint()
  receive(@Req() request: FastifyRequest): object {
    const body = request.body;
    return { buffer: Buffer.isBuffer(body), length: Buffer.isBuffer(body) ? body.length : -1 };
  }
}

@Module({
  controllers: [ProbeController, CallbackProbe],
  providers: [ProbeBehaviour],
  exports: [ProbeBehaviour],
})
export class ProbeModule {}

export async function createProbeTable(ownerUrl: string): Promise<void> {
  const owner = new Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query(`
    CREATE TABLE platform.probe_effects (corp_id uuid NOT NULL, name text NOT NULL);
    ALTER TABLE platform.probe_effects ENABLE ROW LEVEL SECURITY;
    ALTER TABLE platform.probe_effects FORCE ROW LEVEL SECURITY;
    CREATE POLICY corp_wall ON platform.probe_effects
      USING (corp_id = nullif(current_setting('app.corp_id', true), '')::uuid);
    GRANT SELECT, INSERT, UPDATE, DELETE ON platform.probe_effects TO ${APP_ROLE}`);
  await owner.end();
}
