import { ListField, TextField } from '../../../../platform/http/fields.js';

/** What WeCom takes (page 92115); a field that is left out stays as it is. */
export class RemarkChangeDto {
  @TextField({ max: 20, min: 0, optional: true, example: '海风-3月展会' })
  remark?: string;

  @TextField({ max: 150, min: 0, optional: true, example: '对两居室感兴趣' })
  description?: string;

  @TextField({
    max: 20,
    min: 0,
    optional: true,
    example: '海风贸易',
    description: 'for customers who use WeChat only',
  })
  remarkCorpName?: string;

  @ListField('text', {
    maxItems: 10,
    maxLength: 32,
    optional: true,
    example: ['13800001234'],
    description: 'replaces all numbers; empty: none',
  })
  phones?: string[];
}
