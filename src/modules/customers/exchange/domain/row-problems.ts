import type { FieldProblem } from '../../../../platform/http/field-problems.js';

/** What only a row of a file can have wrong; the rest are the problems of fields. */
export const problemsOfRows = {
  unreadable: {
    en: 'the content cannot be read: another encoding, or an error of a formula',
    zh: '内容无法读取：编码不符或公式错误',
  },
  cells_extra: { en: 'the row has more cells than the header', zh: '该行的单元格多于表头' },
  identifier_missing: { en: 'nothing leads to a customer', zh: '缺少可识别客户的内容' },
  identifier_invalid: { en: 'is no {limit}', zh: '不是有效的 {limit}' },
  customer_unknown: { en: 'there is no such customer', zh: '客户不存在' },
  customer_exists: { en: 'the customer exists already', zh: '客户已存在' },
  customer_ambiguous: { en: 'leads to several customers that are not one person', zh: '对应多个不同的客户' },
  problems_more: { en: 'and {limit} more problems', zh: '以及另外 {limit} 个问题' },
  amount: {
    en: 'must be an amount in yuan with at most two decimals',
    zh: '必须是以元为单位、最多两位小数的金额',
  },
} as const satisfies Record<string, { en: string; zh: string }>;

export type RowProblemCode = FieldProblem | keyof typeof problemsOfRows;

/** Of one cell. Never what stands in it. */
export interface RowProblem {
  /** As the header row has it. */
  readonly column: string;
  readonly code: RowProblemCode;
  readonly limit?: string | number;
}

export interface BrokenRow {
  /** As Excel counts it. */
  readonly number: number;
  readonly problems: readonly RowProblem[];
}

/** Who corrects a row begins with these; a file of a million rows with two hundred columns leaves no more of each. */
const KEPT_MAX = 20;

/** The first problems of a row and, of more, how many. */
export function keptProblems(problems: readonly RowProblem[]): readonly RowProblem[] {
  const more = problems.length - KEPT_MAX;
  if (more <= 0) return problems;
  return [...problems.slice(0, KEPT_MAX), { column: '', code: 'problems_more', limit: more }];
}
