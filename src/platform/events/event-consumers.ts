import { Injectable } from '@nestjs/common';
import type { CorpId } from '../context/typed-id.js';
import { defineJob, type JobDefinition } from '../jobs/job.js';
import { JobHandlers } from '../jobs/job-handlers.js';
import { eventKey, type EventConsumer } from './event.js';
import { EventConsumption } from './event-consumption.js';

const ATTEMPTS_MAX = 12;

export interface ConsumerJobPayload {
  corpId: CorpId;
  eventIds: string[];
}

export interface RegisteredConsumer {
  readonly consumer: EventConsumer<unknown, unknown>;
  readonly job: JobDefinition<ConsumerJobPayload>;
}

/** Who reacts to which event. Every process registers all of them, also one that takes no jobs: it adds the jobs. */
@Injectable()
export class EventConsumers {
  private readonly byName = new Map<string, RegisteredConsumer>();
  private readonly byEvent = new Map<string, RegisteredConsumer[]>();

  constructor(
    private readonly handlers: JobHandlers,
    private readonly consumption: EventConsumption,
  ) {}

  /** Call it in `onModuleInit` of a class in `reactions/`. @throws when the name is taken or the application has started. */
  register<P, L = void>(consumer: EventConsumer<P, L>): void {
    if (this.byName.has(consumer.name))
      throw new Error(`event consumer ${consumer.name} is registered twice`);
    // reason for the cast: events are found by the definitions that the consumer was typed with
    const typed = consumer as unknown as EventConsumer<unknown, unknown>;
    const job = defineJob<ConsumerJobPayload>(consumerJobName(consumer.name), {
      attemptsMax: consumer.attemptsMax ?? ATTEMPTS_MAX,
      lane: consumer.lane,
    });
    this.handlers.register(job, (payload, run) => this.consumption.consume(typed, payload, run));
    const registered = { consumer: typed, job };
    this.byName.set(consumer.name, registered);
    for (const event of consumer.events) {
      const key = eventKey(event);
      this.byEvent.set(key, [...(this.byEvent.get(key) ?? []), registered]);
    }
  }

  of(event: { name: string; version: number }): readonly RegisteredConsumer[] {
    return this.byEvent.get(eventKey(event)) ?? [];
  }

  get(name: string): RegisteredConsumer {
    const registered = this.byName.get(name);
    if (!registered) throw new Error(`no event consumer ${name}`);
    return registered;
  }

  names(): string[] {
    return [...this.byName.keys()];
  }
}

export const CONSUMER_JOB_PREFIX = 'event:';

export function consumerJobName(consumer: string): string {
  return `${CONSUMER_JOB_PREFIX}${consumer}`;
}
