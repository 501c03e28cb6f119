import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { StoredEvent } from '../../../platform/events/event.js';
import { EventConsumers } from '../../../platform/events/event-consumers.js';
import { type CorpTagChanged, corpTagChanged, SAME_SECOND_MS } from '../../../wecom/wecom.events.js';
import { questionAfter, type TagQuestion } from '../domain/corp-tag.js';
import { CorpTagReader, type TagAnswer } from '../use-cases/corp-tag-reader.js';
import { RecordCorpTags } from '../use-cases/record-corp-tags.js';
import { CorpTagRepository } from '../persistence/corp-tag-repository.js';

interface Loaded {
  readonly readAt: Date;
  readonly answers: readonly TagAnswer[];
}

/** Whatever the event says happened, the tag or its group is read again: events are late, doubled and out of order. */
@Injectable()
export class CorpTagReactions implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly tags: CorpTagRepository,
    private readonly reader: CorpTagReader,
    private readonly record: RecordCorpTags,
  ) {}

  onModuleInit(): void {
    this.consumers.register<CorpTagChanged, Loaded>({
      name: 'segments.follow_corp_tags',
      events: [corpTagChanged],
      delayMs: SAME_SECOND_MS,
      load: (event) => this.load(event),
      apply: (event, loaded) => this.apply(event.payload, loaded),
    });
  }

  private async load({ corpId, payload }: StoredEvent<CorpTagChanged>): Promise<Loaded> {
    const question = questionAfter(payload);
    const { readAt, groupId } = await this.unit.read(corpId, async () => ({
      readAt: await this.database.now(),
      groupId: question.ask === 'tag' ? await this.tags.findGroupOfTag(question.id) : undefined,
    }));
    const answer = await this.reader.read(corpId, question);
    const groupAnswer = await this.readGroupOfEndedTag(corpId, answer, groupId);
    return { readAt, answers: groupAnswer ? [answer, groupAnswer] : [answer] };
  }

  /** The last tag takes its group along, and no page promises an event for that. */
  private async readGroupOfEndedTag(
    corpId: CorpId,
    { question, groups }: TagAnswer,
    groupId: string | undefined,
  ): Promise<TagAnswer | undefined> {
    const live = groups?.some((group) => group.tags.some((tag) => !tag.deleted));
    if (question.ask !== 'tag' || live || !groupId) return undefined;
    return this.reader.read(corpId, { ask: 'group', id: groupId } satisfies TagQuestion);
  }

  private async apply(event: CorpTagChanged, { readAt, answers }: Loaded): Promise<void> {
    for (const { question, groups } of answers) {
      if (groups) await this.record.record(groups, readAt, { askedByGroupId: question.ask === 'group' });
      // The library does not know the tags of rule groups: only their own delete event ends those.
      else if (question.ask !== 'all' && (!event.strategyId || event.changeType === 'delete')) {
        await this.record.recordGone(question.ask, question.id, readAt);
      }
    }
    const [first] = answers;
    if (event.strategyId && first && first.question.ask !== 'all') {
      await this.record.markStrategy(first.question.ask, first.question.id, event.strategyId);
    }
  }
}
