import { DOMParser, type Document, type Element, ParseError, XMLSerializer } from '@xmldom/xmldom';
import { BrokenText, lineEnd, StepFailure } from '../failure.ts';

const NAME = /^[\p{L}_][\p{L}\p{N}_.:-]*$/u;
/** XML 1.0, 2.2: what may not even be written as a reference. */
const NO_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/**
 * Sets the texts of elements, by path from the root: `Config/ApiKey`. Of several elements of one name the first
 * is meant; missing ones are made. Comments, order and attributes stay; attributes come out in double quotes.
 * @throws BrokenText, StepFailure where the root has another name, or an element holds elements.
 */
export function setXmlKeys(text: string, keys: Readonly<Record<string, string>>): string {
  const entries = Object.entries(keys).map(([path, value]) => ({ path, names: namesOf(path), value }));
  const [first] = entries;
  if (first === undefined) return text;
  const fresh = text.trim() === '';
  const source = fresh
    ? `<?xml version="1.0" encoding="utf-8"?>\n<${first.names[0]}>\n</${first.names[0]}>\n`
    : text;
  const document = read(source);
  let changed = fresh;
  for (const { path, names, value } of entries) {
    if (setText(document, path, names, value)) changed = true;
  }
  return changed ? write(document, source) : text;
}

function namesOf(path: string): readonly [string, string, ...string[]] {
  const [root, child, ...rest] = path.split('/');
  if (root === undefined || child === undefined || ![root, child, ...rest].every((name) => NAME.test(name))) {
    throw new StepFailure(`\`${path}\` is no path of elements; write it from the root, as Config/ApiKey`);
  }
  return [root, child, ...rest];
}

function read(text: string): Document {
  try {
    return new DOMParser({
      // What the parser would mend by a guess is not this step's to guess.
      onError: (_level, message, context) => {
        throw new ParseError(message, context?.locator);
      },
    }).parseFromString(text, 'text/xml');
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    // Its own message may quote the text, and with it a secret.
    throw new BrokenText(
      Math.max(error.locator?.lineNumber ?? 1, 1),
      'not well-formed XML, here or further on',
    );
  }
}

/** Whether the document was changed. */
function setText(document: Document, path: string, names: readonly string[], value: string): boolean {
  if (NO_CHARACTER.test(value))
    throw new StepFailure(`the value of ${path} has a character that XML can’t hold`);
  const [root, ...below] = names;
  let element = document.documentElement;
  if (element === null || element.nodeName !== root) {
    throw new StepFailure(`\`${path}\`: the root element is ${element?.nodeName ?? 'missing'}`);
  }
  let made = false;
  for (const name of below) {
    const found: Element | undefined = children(element).find(({ nodeName }) => nodeName === name);
    made = found === undefined;
    element = found ?? append(document, element, name);
  }
  if (children(element).length > 0) throw new StepFailure(`\`${path}\` holds elements: a step sets texts`);
  if (element.textContent === value) return made;
  element.textContent = value;
  return true;
}

function children(element: Element): Element[] {
  return [...element.childNodes].filter((node): node is Element => node.nodeType === node.ELEMENT_NODE);
}

/** Adds an element at the end of another, on a line of its own, indented as its neighbours are. */
function append(document: Document, parent: Element, name: string): Element {
  const element = document.createElementNS(name.includes(':') ? null : parent.namespaceURI, name);
  const first = children(parent)[0];
  const outer = indentOf(parent) ?? '';
  const inner = (first && indentOf(first)) ?? outer + unitOf(document);
  // What stands before the closing tag goes behind the new element.
  const last = parent.lastChild;
  if (last?.nodeType === last?.TEXT_NODE && last?.nodeValue?.trim() === '') parent.removeChild(last);
  parent.appendChild(document.createTextNode(`\n${inner}`));
  parent.appendChild(element);
  parent.appendChild(document.createTextNode(`\n${outer}`));
  return element;
}

/** The blanks before an element on its line; undefined where something else stands there. */
const indentOf = (element: Element): string | undefined =>
  /\n([ \t]*)$/.exec(element.previousSibling?.nodeValue ?? '')?.[1];

function unitOf({ documentElement }: Document): string {
  const first = documentElement && children(documentElement)[0];
  return (first && indentOf(first)) || '  ';
}

/** The parser knows but one line break, and drops what follows the root. */
function write(document: Document, source: string): string {
  const text = new XMLSerializer().serializeToString(document).replaceAll('\r', '&#13;');
  const tail = /\s*$/.exec(source)?.[0].replaceAll('\r', '') ?? '';
  const whole = text.trimEnd() + tail;
  return lineEnd(source) === '\r\n' ? whole.replaceAll('\n', '\r\n') : whole;
}
