import { fieldProblems } from '../../../../platform/http/field-problems.js';
import { problemsOfRows, type RowProblem, type RowProblemCode } from '../domain/row-problems.js';

const TEXTS: Readonly<Record<RowProblemCode, { en: string; zh: string }>> = {
  ...fieldProblems,
  ...problemsOfRows,
};

export type ProblemLanguage = 'en' | 'zh';

/** `手机号：不是有效的 phone` */
export function problemText({ column, code, limit }: RowProblem, language: ProblemLanguage): string {
  const text = TEXTS[code][language].replace('{limit}', String(limit ?? ''));
  if (column === '') return text;
  return language === 'zh' ? `${column}：${text}` : `${column}: ${text}`;
}
