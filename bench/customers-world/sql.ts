/**
 * Ids and words of the generated world, as SQL over a number: every part names the same customer, relation and staff
 * without looking anything up, and two worlds of one size are equal.
 */
export const WORLD_CORP_ID = '01930000-0000-7000-8000-000000000001';
export const WORLD_STAFF = 200;
export const WORLD_TAGS = 200;

/** A uuid that grows with the number, as ours grow with time. @param kind keeps the ids of two tables apart. */
export function idSql(kind: number, number: string): string {
  return `('01930000-0000-7000-8${kind.toString(16).padStart(3, '0')}-' || lpad(to_hex(${number}), 12, '0'))::uuid`;
}

export const customerIdSql = (number: string): string => idSql(1, number);
/** @param of which of the customer's relations, from 0. */
export const relationIdSql = (number: string, of: string): string =>
  idSql(2, `(${number})::bigint * 2 + ${of}`);
/** Which staff follows customer n as his i-th; the first ones of the corp are no busier than the last. */
export const staffNumberSql = (number: string, of: string): string =>
  `((${number} + ${of} * 7) % ${WORLD_STAFF})`;

/** The same word for the same number, out of a list. */
export function pickSql(words: readonly string[], number: string): string {
  const array = words.map((word) => `'${word}'`).join(',');
  return `(ARRAY[${array}])[1 + (${number}) % ${words.length}]`;
}

const SURNAMES = [
  ...'王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢',
];
const GIVEN = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鹏辉欣宇晨佳琪雨轩浩然子涵梓萱思远嘉怡文博',
];

/** A Chinese name of two or three characters; a third of all have two. */
export function nameSql(number: string): string {
  const second = `CASE WHEN ${number} % 3 = 0 THEN '' ELSE ${pickSql(GIVEN, `${number} * 29 / 11`)} END`;
  return `${pickSql(SURNAMES, number)} || ${pickSql(GIVEN, `${number} * 13 / 7`)} || ${second}`;
}
