import type { EventTarget } from '../sandbox.types.js';
import { VisibleRange } from '../rest/visible-range.js';
import type { Corp } from '../world/corp.js';
import type { World } from '../world/world.js';
import type { CallbackSender } from './callback-sender.js';
import type { Place } from './places.js';
import { renderXml, type XmlField } from './xml.js';

/** Which place hears of what (callbacks.md section 1.1). */
export class EventRouter {
  constructor(
    private readonly world: World,
    private readonly sender: CallbackSender,
    private readonly envelope: () => NonNullable<EventTarget['envelope']>,
    private readonly nowMs: () => number,
  ) {}

  /** Customer, group and tag events: apps of 可调用接口的应用; `userId` must be in their visible range (page 92129). */
  toApps(
    target: EventTarget,
    corp: Corp,
    event: string,
    changeType: string,
    fields: XmlField[],
    userId?: string,
  ): void {
    for (const app of corp.state.apps) {
      if (app.kind !== 'app' || !app.enabled || !app.contactApi) continue;
      const staff = userId === undefined ? undefined : corp.findStaff(userId);
      if (staff && !new VisibleRange(corp, app).includes(staff)) continue;
      this.send(target, corp, app, event, changeType, fields);
    }
    this.world.changed();
  }

  /** Directory events: the 通讯录同步 assistant only (page 90970). */
  toAssistant(target: EventTarget, corp: Corp, changeType: string, fields: XmlField[]): void {
    this.send(target, corp, corp.app('assistant'), 'change_contact', changeType, fields);
    this.world.changed();
  }

  /**
   * Events that have no ChangeType: of one app, of the archive, of kf.
   * @param from FromUserName, `sys` unless told; '' leaves it out, as kf does.
   */
  toPlace(
    target: EventTarget,
    corpId: string,
    place: Place,
    event: string,
    fields: XmlField[],
    from = 'sys',
  ): void {
    this.deliver(target, corpId, place, event, from, fields);
  }

  private send(
    target: EventTarget,
    corp: Corp,
    app: Place,
    event: string,
    changeType: string,
    fields: XmlField[],
  ): void {
    this.deliver(target, corp.corpId, app, event, 'sys', [['ChangeType', changeType], ...fields]);
  }

  private deliver(
    target: EventTarget,
    corpId: string,
    place: Place,
    event: string,
    from: string,
    fields: XmlField[],
  ): void {
    if (target.silent) return;
    const all: XmlField[] = [
      ['ToUserName', corpId],
      ...(from ? [['FromUserName', from] satisfies XmlField] : []),
      ['CreateTime', target.createTime ?? Math.floor(this.nowMs() / 1000)],
      ['MsgType', 'event'],
      ['Event', event],
      ...fields,
    ];
    const xml = renderXml(all, { ...this.envelope(), ...target.envelope });
    this.sender.send(corpId, place, xml, target.envelope);
  }
}
