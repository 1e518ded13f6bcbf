import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { template } from './schema/fields.ts';
import { parseTemplate, renderTemplate, TemplateError, templateNames } from './template.ts';

const values = (known: Record<string, string>) => (scope: string, field: string) =>
  known[`${scope}.${field}`];

describe('templates', () => {
  test.each([
    ['', ''],
    ['plain', 'plain'],
    ['${db.uri}', 'postgres://x'],
    ['a ${db.uri} b ${app.host}${app.host}', 'a postgres://x b rsrs'],
    ['$', '$'],
    ['cost: $5 and $$', 'cost: $5 and $$'],
    ['$${app.host}', '$rs'],
    ['{db.uri}', '{db.uri}'],
  ])('%j is filled in as %j', (text, rendered) => {
    expect(renderTemplate(text, values({ 'db.uri': 'postgres://x', 'app.host': 'rs' }))).toBe(rendered);
  });

  test('a value is never read as a template again', () => {
    const nested = values({ 'a.x': '${b.y}', 'b.y': 'secret' });
    expect(renderTemplate('${a.x}', nested)).toBe('${b.y}');
  });

  test('an empty value is a value', () => {
    expect(renderTemplate('[${a.x}]', values({ 'a.x': '' }))).toBe('[]');
  });

  test('a name without a value is an error that names it and holds no value', () => {
    const render = () => renderTemplate('${a.x} ${db.nope}', values({ 'a.x': 'hunter2' }));
    expect(render).toThrow(TemplateError);
    expect(render).toThrow('`${db.nope}` has no value here');
    expect(render).not.toThrow('hunter2');
  });

  test.each([
    '${',
    '${db}',
    '${db.}',
    '${.uri}',
    '${Db.uri}',
    '${db.uri',
    '${ db.uri }',
    '${a.b.c}',
    '${a.${b.c}}',
  ])('%j is no template', (text) => {
    expect(() => parseTemplate(text)).toThrow(TemplateError);
  });

  test('names stand once each, in the order of their first use', () => {
    expect(templateNames('${b.y}${a.x}${b.y}')).toEqual([
      { scope: 'b', field: 'y' },
      { scope: 'a', field: 'x' },
    ]);
  });

  test('what is taken apart is put together again', () => {
    const piece = fc.oneof(
      fc.string().map((text) => text.replaceAll('${', '')),
      fc.constantFrom('$', '${a.x}', '${slot-1.fieldName}', '}'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('').replace(/\$\{(?!a\.x\}|slot-1\.fieldName\})/g, '');
        expect(renderTemplate(text, (scope, field) => `\${${scope}.${field}}`)).toBe(text);
      }),
    );
  });
});

describe('the schema of a template', () => {
  const isTemplate = (text: string) => template().safeParse(text).success;

  test.each(['', '$', '$$', '$5', '$${app.host}', 'a${db.uri}b$'])('admits %j, which can be read', (text) => {
    expect(isTemplate(text)).toBe(true);
    expect(() => parseTemplate(text)).not.toThrow();
  });

  test('admits what can be read, and nothing else', () => {
    const text = fc
      .array(fc.constantFrom('$', '{', '}', '.', 'a', 'A', '-', '${a.b}'))
      .map((parts) => parts.join(''));
    const canBeRead = (each: string) => {
      try {
        return parseTemplate(each).length >= 0;
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(text, (each) => isTemplate(each) === canBeRead(each)),
      { numRuns: 2000 },
    );
  });
});
