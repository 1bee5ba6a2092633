import isPlainObject from 'is-plain-obj';
import { quote } from '../values/describe-value.ts';
import { optional, schema } from '../workflow/options/option-schemas.ts';
import { PROPERTY_KINDS, type Property } from './laws/properties.ts';

const PROPERTIES = `an array of properties made by ${PROPERTY_KINDS.slice(0, -1).join(', ')} or ${PROPERTY_KINDS.at(-1)}, each with a unique name`;

const isProperty = (value: unknown): value is Property =>
  isPlainObject(value) &&
  typeof value.name === 'string' &&
  PROPERTY_KINDS.includes(value.kind as Property['kind']) &&
  typeof value.holds === 'function';

const areProperties = (value: unknown): value is Property[] => Array.isArray(value) && value.every(isProperty);

const nameGivenTwice = (properties: readonly Property[]): string | undefined =>
  properties.map(({ name }) => name).find((name, index, names) => names.indexOf(name) !== index);

function describeProperties(input: unknown): string {
  const twice = areProperties(input) ? nameGivenTwice(input) : undefined;
  return twice === undefined ? PROPERTIES : `${PROPERTIES} (${quote(twice)} appears twice)`;
}

export const propertiesOption = optional(
  schema(describeProperties, (value) => areProperties(value) && nameGivenTwice(value) === undefined),
);
