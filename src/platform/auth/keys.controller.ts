import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import type { CorpId } from '../context/typed-id.js';
import { Cursors } from '../http/cursors.js';
import { Endpoint } from '../http/endpoint.js';
import { httpErrors } from '../http/http.errors.js';
import { keysetPage } from '../http/keyset-page.js';
import { type Page, PageQuery, pageOf } from '../http/page.js';
import { PublicIdParam } from '../http/public-id-param.js';
import { ApiKeyStore } from './api-key-store.js';
import { ApiKeys, type IssuedKey } from './api-keys.js';
import { authErrors } from './auth.errors.js';
import { KEY_ID_PREFIX } from './key-text.js';
import { CreateKeyBody, IssuedKeyView, KeyView, keyView, RotateKeyBody } from './keys.views.js';
import { CORP_ID_PREFIX } from './scope.guard.js';

const { corp_not_found, key_not_found, key_not_live, rotation_running } = authErrors;

@Controller('v1/corps/:corpId/keys')
export class KeysController {
  constructor(
    private readonly keys: ApiKeys,
    private readonly store: ApiKeyStore,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Endpoint({
    id: 'keys.create',
    summary: { en: 'Issue a key of a corp', zh: '签发企业密钥' },
    scope: 'operator',
    status: 201,
    response: IssuedKeyView,
    secretResponse: true,
    errors: [corp_not_found],
  })
  async create(
    @PublicIdParam('corpId', CORP_ID_PREFIX, corp_not_found) corpId: string,
    @Body() body: CreateKeyBody,
  ): Promise<IssuedKeyView> {
    return this.issued(await this.keys.createCorpKey(corpId as CorpId, body, body.scopes));
  }

  @Get()
  @Endpoint({
    id: 'keys.list',
    summary: { en: 'List the keys of a corp, the newest first', zh: '列出企业密钥（新的在前）' },
    scope: 'operator',
    response: pageOf(KeyView),
    errors: [corp_not_found, httpErrors.cursor_invalid],
  })
  async list(
    @PublicIdParam('corpId', CORP_ID_PREFIX, corp_not_found) corpId: string,
    @Query() query: PageQuery,
  ): Promise<Page<KeyView>> {
    return keysetPage(this.cursors, {
      name: `keys:${corpId}`,
      query,
      read: (after: { id: string } | undefined, limit) =>
        this.store.listOfCorp(corpId as CorpId, limit, after?.id),
      keyOf: ({ id }) => ({ id }),
      viewOf: (key) => keyView(key, this.clock.now()),
    });
  }

  @Delete(':keyId')
  @Endpoint({
    id: 'keys.revoke',
    summary: { en: 'Revoke a key', zh: '吊销密钥' },
    description: {
      en: 'Effective at once in this process and within a second in the others. Repeating it changes nothing.',
      zh: '在本进程立即生效，其他进程一秒内生效。重复调用无影响。',
    },
    scope: 'operator',
    status: 204,
    errors: [corp_not_found, key_not_found],
  })
  revoke(
    @PublicIdParam('corpId', CORP_ID_PREFIX, corp_not_found) corpId: string,
    @PublicIdParam('keyId', KEY_ID_PREFIX, key_not_found) keyId: string,
  ): Promise<void> {
    return this.keys.revokeOfCorp(corpId as CorpId, keyId);
  }

  @Post(':keyId/rotate')
  @Endpoint({
    id: 'keys.rotate',
    summary: {
      en: 'Replace a key; the old one lives on for a while',
      zh: '轮换密钥，旧密钥在重叠期内仍有效',
    },
    scope: 'operator',
    status: 201,
    response: IssuedKeyView,
    secretResponse: true,
    errors: [corp_not_found, key_not_found, key_not_live, rotation_running],
  })
  async rotate(
    @PublicIdParam('corpId', CORP_ID_PREFIX, corp_not_found) corpId: string,
    @PublicIdParam('keyId', KEY_ID_PREFIX, key_not_found) keyId: string,
    @Body() body: RotateKeyBody,
  ): Promise<IssuedKeyView> {
    return this.issued(await this.keys.rotate(corpId as CorpId, keyId, body.overlapHours));
  }

  private issued({ key, row }: IssuedKey): IssuedKeyView {
    return { ...keyView(row, this.clock.now()), key };
  }
}
