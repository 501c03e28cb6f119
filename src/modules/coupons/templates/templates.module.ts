import { Module } from '@nestjs/common';
import { TemplatesController } from './http/templates.controller.js';
import { TemplateStore } from './persistence/template-store.js';
import { Templates } from './queries/templates.js';
import { DefineTemplates } from './use-cases/define-templates.js';

/** Templates of coupons and their versions. */
@Module({
  controllers: [TemplatesController],
  providers: [TemplateStore, Templates, DefineTemplates],
  exports: [Templates, DefineTemplates],
})
export class TemplatesModule {}
