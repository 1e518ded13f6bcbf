/** Slices: they meet only through custom resources, never through an import. */
const slices = '^operators/(?!domain/|runtime/|pages/|main[.]ts$)([^/]+)/';
/** Tests, and what is there for tests alone. */
const tests = '([.]test[.]ts|/fixtures[.]ts)$|/(testing|fixtures)/';

/** The control plane that tests are run against; any test may start it. */
const harness = '^e2e/harness/';

/** What a part may import besides itself. */
const only = (name, from, allowed, why) => ({
  name,
  comment: why,
  severity: 'error',
  from: { path: from },
  to: { path: '^(operators|crds|charts|bootstrap|e2e)/', pathNot: [from, ...allowed, harness] },
});

/** @type {import('dependency-cruiser').IConfiguration} */
const configuration = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Modules that import each other can only be understood, tested and changed together.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import must lead somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'domain-is-pure',
      comment:
        'The domain imports zod and itself: no I/O, no clock, no randomness; it runs in a browser too.',
      severity: 'error',
      from: { path: '^operators/domain/', pathNot: tests },
      to: { pathNot: ['^operators/domain/', '^node_modules/zod/'] },
    },
    only(
      'runtime-knows-nothing-of-hearth',
      '^operators/runtime/',
      [],
      'The runtime knows no kind of Hearth.',
    ),
    only(
      'pages-know-nothing-of-hearth',
      '^operators/pages/',
      [],
      'The look of pages does not depend on what they show.',
    ),
    {
      name: 'slices-are-separate',
      comment: 'A slice imports the domain, the runtime, the look of pages and itself, never another slice.',
      severity: 'error',
      from: { path: slices },
      to: {
        path: '^(operators|crds|charts|bootstrap|e2e)/',
        pathNot: ['^operators/(domain|runtime|pages)/', '^operators/$1/', harness],
      },
    },
    only(
      'main-composes',
      '^operators/main[.]ts$',
      ['^operators/'],
      'The composition root is of the operators.',
    ),
    only(
      'bootstrap',
      '^bootstrap/',
      ['^operators/(domain|runtime)/'],
      'Kiko imports the domain and the runtime.',
    ),
    only(
      'crds',
      '^crds/(?!generate[.]ts$)',
      ['^operators/domain/'],
      'The kinds are generated from the domain; generate.ts alone puts together what the other parts generate.',
    ),
    only('charts', '^charts/', ['^operators/domain/', '^crds/'], 'Charts are generated from the kinds.'),
    {
      name: 'tools-stay-in-tests',
      comment: 'What ships imports nothing that is only there for the tests.',
      severity: 'error',
      from: { path: '^(operators|crds|charts|bootstrap)/', pathNot: tests },
      to: {
        path: [harness, '^node_modules/(vitest|fast-check)/', '/fixtures[.]ts$', '/(testing|fixtures)/'],
      },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
};

module.exports = configuration;
