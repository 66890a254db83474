// Every message that the pages can show has its German, with the same values in it; no German stands for nothing.
import { extractMessagesFromProgram } from '@lit/localize-tools/lib/program-analysis.js';
import { assert } from 'chai';
import ts from 'typescript';
import { templates } from '../../src/ui/locales/de.ts';

interface Message {
  readonly name: string;
  readonly contents: readonly (string | { readonly index: number })[];
}

function messagesOfPages(): Message[] {
  const { config } = ts.readConfigFile('tsconfig/page.json', ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, 'tsconfig');
  // The tool brings a TypeScript of its own, whose types are not ours.
  const { messages, errors } = extractMessagesFromProgram(ts.createProgram(fileNames, options) as never);
  assert.deepEqual(errors.map((error) => error.messageText), []);
  return messages as unknown as Message[];
}

const english = (message: Message): string => message.contents.map((part) => (typeof part === 'string' ? part : `{${part.index}}`)).join('');

function valuesOf(template: unknown): number[] {
  return typeof template === 'object' && template !== null && 'values' in template ? [...(template.values as number[])].sort() : [];
}

describe('German', () => {
  const messages = messagesOfPages();

  it('has a sentence for every message of the pages', () => {
    assert.isAbove(messages.length, 50);
    assert.deepEqual(messages.filter(({ name }) => !(name in templates)).map(english), []);
  });

  it('uses every value that the English one does', () => {
    const uneven = messages.filter(({ name, contents }) => {
      const wanted = contents.flatMap((part) => (typeof part === 'string' ? [] : [part.index]));
      return name in templates && valuesOf(templates[name]).join() !== wanted.join();
    });
    assert.deepEqual(uneven.map(english), []);
  });

  it('keeps no sentence that nothing shows any more', () => {
    const names = new Set(messages.map(({ name }) => name));
    assert.deepEqual(Object.entries(templates).filter(([name]) => !names.has(name)).map(([, german]) => german), []);
  });
});
