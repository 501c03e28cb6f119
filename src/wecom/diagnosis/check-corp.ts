import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { CorpId } from '../../platform/context/typed-id.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ConnectedApps } from '../connections/connected-apps.js';
import { type CorpDetail, ShowCorps } from '../connections/queries/show-corps.js';
import type { Finding } from './finding.js';
import { named, nextSteps, texts } from './finding-texts.js';
import { judgeApp } from './judge-app.js';
import { judgePlaces, type Place } from './judge-callbacks.js';
import { ProbeApp } from './probe-app.js';
import { ListPlaces } from './queries/list-places.js';

export interface CorpCheck {
  readonly checkedAt: Date;
  readonly findings: readonly Finding[];
  readonly places: readonly Place[];
}

/** Looks at a connection with the eyes of WeCom: real calls without effect, and what WeCom has called itself. */
@Injectable()
export class CheckCorp {
  private readonly running = new Map<CorpId, Promise<CorpCheck>>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly corps: ShowCorps,
    private readonly apps: ConnectedApps,
    private readonly places: ListPlaces,
    private readonly probing: ProbeApp,
    private readonly clock: Clock,
  ) {}

  /**
   * Outside any unit of work; within seconds, also while WeCom is silent. Who asks while it runs gets the same: nobody
   * uses up the limits of WeCom by asking often. @throws auth.corp_not_found
   */
  check(corpId: CorpId): Promise<CorpCheck> {
    let running = this.running.get(corpId);
    if (!running) {
      running = this.look(corpId).finally(() => this.running.delete(corpId));
      this.running.set(corpId, running);
    }
    return running;
  }

  private async look(corpId: CorpId): Promise<CorpCheck> {
    const { corp, places } = await this.unitOfWork.read(corpId, async () => {
      const detail = await this.corps.get(corpId);
      return { corp: detail, places: await this.places.list(detail.apps) };
    });
    const checkedAt = this.clock.now();
    if (corp.state === 'disconnected') return { checkedAt, places, findings: [disconnected()] };
    const findings = [
      ...(await this.askWecom(corp)),
      ...(corp.apps.some(({ kind }) => kind === 'directory_assistant') ? [] : [noAssistant()]),
      ...judgePlaces(places, checkedAt),
    ];
    return { checkedAt, places, findings };
  }

  private async askWecom(corp: CorpDetail): Promise<Finding[]> {
    this.apps.forget(corp.id); // what was changed in another process counts
    const judged = await Promise.all(
      corp.apps.map(async ({ id }) => {
        const app = await this.apps.byId(corp.id, id);
        return app ? judgeApp(app, await this.probing.probe(app)) : []; // removed in this moment
      }),
    );
    return judged.flat();
  }
}

function disconnected(): Finding {
  return {
    code: 'corp.disconnected',
    area: 'corp',
    state: 'failed',
    appId: undefined,
    text: named('corp', texts.disconnected),
    nextStep: nextSteps.reconnect,
  };
}

function noAssistant(): Finding {
  return {
    code: 'staff_listing.assistant_missing',
    area: 'staff_listing',
    state: 'warning',
    appId: undefined,
    text: named('staff_listing', texts.noAssistant),
    nextStep: nextSteps.connectAssistant,
  };
}
