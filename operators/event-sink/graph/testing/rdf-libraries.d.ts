// What the tests use of libraries that bring no types.

declare module 'n3' {
  /** A quad as RDF/JS has it. */
  export interface ParsedQuad {
    readonly subject: { readonly value: string };
    readonly predicate: { readonly value: string };
    readonly object: { readonly value: string };
    readonly graph: { readonly value: string };
  }
  export class Parser {
    constructor(options: { readonly format: string });
    /** @throws where the text is not well-formed. */
    parse(text: string): ParsedQuad[];
  }
}

declare module 'jsonld' {
  const jsonld: {
    toRDF(
      document: object,
      options: {
        readonly format: 'application/n-quads';
        readonly documentLoader: (url: string) => Promise<never>;
      },
    ): Promise<unknown>;
  };
  export = jsonld;
}

declare module 'rdf-canonize' {
  export function canonize(
    dataset: string | readonly object[],
    options: { readonly algorithm: 'RDFC-1.0'; readonly inputFormat?: 'application/n-quads' },
  ): Promise<string>;
}
