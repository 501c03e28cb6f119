import type { FieldChoice, FieldDefinition } from './field-definition.js';

/** Custom fields stand behind the built-in ones unless their position says otherwise. */
export const CUSTOM_POSITION = 1000;
export const STAGE_FIELD = 'stage';

const choice = (key: string, zh: string, en: string): FieldChoice => ({ key, zh, en });

const LIFE_STAGES = [
  choice('potential', '潜在', 'Potential'),
  choice('new', '新客', 'New'),
  choice('active', '活跃', 'Active'),
  choice('dormant', '沉睡', 'Dormant'),
  choice('lost', '流失', 'Lost'),
];
const GENDERS = [choice('male', '男', 'Male'), choice('female', '女', 'Female')];

type Named = Pick<FieldDefinition, 'key' | 'type' | 'zh' | 'en'>;

const PLAIN = {
  id: null,
  required: false,
  unique: false,
  defaultValue: null,
  choices: [],
  wholePath: false,
  readOnly: false,
  personal: false,
  archived: false,
} satisfies Partial<FieldDefinition>;

function field(named: Named, more: Partial<FieldDefinition> = {}): Omit<FieldDefinition, 'position'> {
  return { ...PLAIN, ...named, ...more };
}

const FIELDS = [
  field({ key: 'name', type: 'text', zh: '姓名', en: 'Name' }),
  field({ key: 'gender', type: 'choice', zh: '性别', en: 'Gender' }, { choices: GENDERS }),
  field({ key: 'birthday', type: 'date', zh: '生日', en: 'Birthday' }, { personal: true }),
  field({ key: 'region', type: 'multi_level', zh: '地区', en: 'Region' }),
  // one value, so that no rule can put the stage of one source together with the reason of another
  field(
    { key: STAGE_FIELD, type: 'multi_level', zh: '阶段与原因', en: 'Stage and reason' },
    { wholePath: true },
  ),
  field({ key: 'life_stage', type: 'choice', zh: '生命周期', en: 'Life stage' }, { choices: LIFE_STAGES }),
  field({ key: 'source_channel', type: 'text', zh: '来源渠道', en: 'Source channel' }),
  field({ key: 'add_way', type: 'number', zh: '添加方式', en: 'Way of adding' }, { readOnly: true }),
  field({ key: 'responsible_staff', type: 'text', zh: '负责员工', en: 'Responsible staff' }),
  field({ key: 'score', type: 'number', zh: '评分', en: 'Score' }),
  field({ key: 'position', type: 'text', zh: '职位', en: 'Position' }),
  field({ key: 'corp_name', type: 'text', zh: '企业', en: 'Company' }),
  field({ key: 'avatar_url', type: 'text', zh: '头像', en: 'Avatar' }, { readOnly: true }),
];

/** The fields that every corp has. The choices of `stage` are the corp's own stages. */
export const BUILTIN_FIELDS: readonly FieldDefinition[] = FIELDS.map((one, index) => ({
  ...one,
  position: index + 1,
}));
