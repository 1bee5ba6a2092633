import { describeValue, onOneLine, shorten } from '../values/describe-value.ts';
import type { ReadCondition, Requirement } from './condition.ts';

/** Describes a condition: `when risk.route is manual`, or just `when` for a function. */
export function conditionText(condition: ReadCondition): string {
  return typeof condition === 'function' || condition.length === 0
    ? 'when'
    : `when ${condition.map((one) => `${onOneLine(one.task)}.${requirementText(one)}`).join(' and ')}`;
}

/** Describes what is required of one key of an output, such as `route is manual or auto`. */
export const requirementText = ({ key, values }: Omit<Requirement, 'task'>): string =>
  `${onOneLine(key)} is ${values.length === 0 ? 'one of no values' : values.map(valueText).join(' or ')}`;

/** Strings that can't be mistaken for another value need no quotes. */
const PLAIN = /^(?!(?:true|false|null|undefined|NaN|-?Infinity|and|or|is)$)[\p{L}_][\p{L}\p{N}_./:-]*$/u;

const LONGEST = 40;

function valueText(value: unknown): string {
  if (typeof value === 'string') {
    return shorten(PLAIN.test(value) ? value : onOneLine(JSON.stringify(value)), LONGEST);
  }
  return Object.is(value, -0) ? '-0' : describeValue(value);
}
